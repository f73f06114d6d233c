-- Health of a ClusterNetworkPolicy or DefaultDenyProfile, from the conditions that the operator writes.
local health = { status = "Progressing", message = "Waiting for the operator" }

local status = obj.status
if status == nil or status.observedGeneration ~= obj.metadata.generation then
  return health
end

for _, condition in ipairs(status.conditions or {}) do
  if condition.type == "Stalled" and condition.status == "True" then
    return { status = "Degraded", message = condition.message }
  end
  if condition.type == "Ready" then
    health.message = condition.message
    if condition.status == "True" then
      health.status = "Healthy"
    end
  end
end

return health
