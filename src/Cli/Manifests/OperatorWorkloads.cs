namespace Palisade.Cli.Manifests;

/// <summary>
/// What the pods of well-known operators look like, which their custom resources do not say: names, labels and ports, from the
/// operators' own sources. Placeholders: a selector by these labels finds them; nothing else about them is known.
/// </summary>
/// <remarks>
/// To add an operator, add a row: group, kind, and the groups of pods as a function of the resource. Give only labels that the operator
/// always sets and that depend on nothing but the resource; no versions, hashes or roles that move from pod to pod.
/// </remarks>
public static class OperatorWorkloads
{
    private static readonly OperatorWorkload[] All =
    [
        // prometheus-operator, pkg/prometheus/server/statefulset.go and the API reference of spec.podMetadata; one group a shard.
        new(
            "monitoring.coreos.com",
            "Prometheus",
            resource =>
                Enumerable
                    .Range(0, resource.Number(1, "shards"))
                    .Select(shard =>
                        resource.Pods(
                            shard == 0 ? $"prometheus-{resource.Name}" : $"prometheus-{resource.Name}-shard-{shard}",
                            resource.Number(1, "replicas"),
                            [
                                .. resource.Labels("podMetadata"),
                                ("app.kubernetes.io/name", "prometheus"),
                                ("app.kubernetes.io/managed-by", "prometheus-operator"),
                                ("app.kubernetes.io/instance", resource.Name),
                                ("prometheus", resource.Name),
                                ("operator.prometheus.io/name", resource.Name),
                                ("operator.prometheus.io/shard", $"{shard}"),
                            ],
                            [("web", 9090), ("reloader-web", 8080)]
                        )
                    )
        ),
        // prometheus-operator, pkg/alertmanager/statefulset.go.
        new(
            "monitoring.coreos.com",
            "Alertmanager",
            resource =>
                [
                    resource.Pods(
                        $"alertmanager-{resource.Name}",
                        resource.Number(1, "replicas"),
                        [
                            .. resource.Labels("podMetadata"),
                            ("app.kubernetes.io/name", "alertmanager"),
                            ("app.kubernetes.io/managed-by", "prometheus-operator"),
                            ("app.kubernetes.io/instance", resource.Name),
                            ("alertmanager", resource.Name),
                        ],
                        [("web", 9093), ("mesh-tcp", 9094), ("reloader-web", 8080)]
                    ),
                ]
        ),
        // CloudNativePG, pkg/specs/pods.go, and "Labels and annotations" of its documentation. The role moves between the pods.
        new(
            "postgresql.cnpg.io",
            "Cluster",
            resource =>
                [
                    resource.Pods(
                        resource.Name,
                        resource.Number(1, "instances"),
                        [.. resource.Labels("inheritedMetadata"), ("cnpg.io/cluster", resource.Name), ("cnpg.io/podRole", "instance")],
                        [("postgresql", 5432), ("metrics", 9187), ("status", 8000)],
                        first: 1,
                        podNameLabel: "cnpg.io/instanceName"
                    ),
                ]
        ),
        // Zalando postgres-operator, pkg/cluster/k8sres.go, with the operator's default cluster_labels and cluster_name_label.
        new(
            "acid.zalan.do",
            "postgresql",
            resource =>
                [
                    resource.Pods(
                        resource.Name,
                        resource.Number(1, "numberOfInstances"),
                        [("application", "spilo"), ("cluster-name", resource.Name), .. resource.Label("team", "teamId")],
                        [("patroni", 8008), ("postgresql", 5432)]
                    ),
                ]
        ),
        // Strimzi, operator-common Labels.java and cluster-operator KafkaCluster.java. Pods of node pools bear the pool's name instead.
        new(
            "kafka.strimzi.io",
            "Kafka",
            resource =>
                [
                    resource.Pods(
                        $"{resource.Name}-kafka",
                        resource.Number(1, "kafka", "replicas"),
                        [.. Strimzi(resource, "kafka"), ("app.kubernetes.io/name", "kafka")],
                        [("tcp-ctrlplane", 9090), ("tcp-replication", 9091), ("tcp-plain", 9092), ("tcp-tls", 9093)]
                    ),
                    .. resource.Has("zookeeper")
                        ?
                        [
                            resource.Pods(
                                $"{resource.Name}-zookeeper",
                                resource.Number(1, "zookeeper", "replicas"),
                                [.. Strimzi(resource, "zookeeper"), ("app.kubernetes.io/name", "zookeeper")],
                                [("tcp-clients", 2181), ("tcp-clustering", 2888), ("tcp-election", 3888)]
                            ),
                        ]
                        : Array.Empty<V1Workload>(),
                ]
        ),
        // Elastic Cloud on Kubernetes, pkg/controller/elasticsearch/label/label.go; a StatefulSet for each of spec.nodeSets.
        new(
            "elasticsearch.k8s.elastic.co",
            "Elasticsearch",
            resource =>
                resource
                    .Items("nodeSets")
                    .Select(set =>
                        set.Pods(
                            $"{resource.Name}-es-{set.Text("name")}",
                            set.Number(1, "count"),
                            [
                                .. set.Labels("podTemplate", "metadata"),
                                ("common.k8s.elastic.co/type", "elasticsearch"),
                                ("elasticsearch.k8s.elastic.co/cluster-name", resource.Name),
                                ("elasticsearch.k8s.elastic.co/statefulset-name", $"{resource.Name}-es-{set.Text("name")}"),
                            ],
                            [("https", 9200), ("transport", 9300)]
                        )
                    )
        ),
        // Elastic Cloud on Kubernetes, pkg/controller/kibana/label.go.
        new(
            "kibana.k8s.elastic.co",
            "Kibana",
            resource =>
                [
                    resource.Pods(
                        $"{resource.Name}-kb",
                        resource.Number(1, "count"),
                        [
                            .. resource.Labels("podTemplate", "metadata"),
                            ("common.k8s.elastic.co/type", "kibana"),
                            ("kibana.k8s.elastic.co/name", resource.Name),
                        ],
                        [("https", 5601)],
                        podNameLabel: null
                    ),
                ]
        ),
        // Spotahome redis-operator, operator/redisfailover/handler.go and service/names.go: redis and the sentinels.
        new(
            "databases.spotahome.com",
            "RedisFailover",
            resource =>
                [
                    resource.Pods(
                        $"rfr-{resource.Name}",
                        resource.Number(3, "redis", "replicas"),
                        [.. Spotahome(resource, "redis")],
                        [("redis", 6379)]
                    ),
                    resource.Pods(
                        $"rfs-{resource.Name}",
                        resource.Number(3, "sentinel", "replicas"),
                        [.. Spotahome(resource, "sentinel")],
                        [("sentinel", 26379)],
                        podNameLabel: null
                    ),
                ]
        ),
        // OpsTree redis-operator, k8sutils/labels.go, under its group of today and its former one.
        new("redis.redis.opstreelabs.in", "Redis", OpsTree),
        new("redis.opstreelabs.in", "Redis", OpsTree),
        // RabbitMQ cluster-operator, internal/metadata/label.go and internal/resource/statefulset.go.
        new(
            "rabbitmq.com",
            "RabbitmqCluster",
            resource =>
                [
                    resource.Pods(
                        $"{resource.Name}-server",
                        resource.Number(1, "replicas"),
                        [
                            ("app.kubernetes.io/name", resource.Name),
                            ("app.kubernetes.io/component", "rabbitmq"),
                            ("app.kubernetes.io/part-of", "rabbitmq"),
                        ],
                        [("epmd", 4369), ("amqp", 5672), ("management", 15672), ("prometheus", 15692)]
                    ),
                ]
        ),
    ];

    /// <summary>Whether it is known what the pods of this kind look like.</summary>
    /// <param name="group">Group of its API.</param>
    /// <param name="kind">The kind.</param>
    public static bool Knows(string group, string kind) => Find(group, kind) is not null;

    /// <summary>The groups of pods that the operator makes of a custom resource; none for other objects.</summary>
    public static IEnumerable<V1Workload> Expand(Manifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (
            manifest.Object is not V1OperatorResource resource
            || Find(ManifestKind.GroupOf(resource.ApiVersion), resource.Kind) is not { } row
        )
        {
            return [];
        }
        var spec = manifest.Document.TryGetProperty("spec", out var given) ? given : default;
        return row.Expand(new OperatorSpec(resource, spec));
    }

    private static OperatorWorkload? Find(string group, string kind) => Array.Find(All, row => row.Group == group && row.Kind == kind);

    private static (string, string)[] Strimzi(OperatorSpec resource, string component) =>
        [
            ("strimzi.io/cluster", resource.Name),
            ("strimzi.io/kind", "Kafka"),
            ("strimzi.io/name", $"{resource.Name}-{component}"),
            ("strimzi.io/component-type", component),
            ("app.kubernetes.io/instance", resource.Name),
            ("app.kubernetes.io/managed-by", "strimzi-cluster-operator"),
        ];

    private static (string, string)[] Spotahome(OperatorSpec resource, string component) =>
        [
            ("app.kubernetes.io/component", component),
            ("app.kubernetes.io/managed-by", "redis-operator"),
            ("app.kubernetes.io/name", resource.Name),
            ("app.kubernetes.io/part-of", "redis-failover"),
            ("redisfailovers.databases.spotahome.com/name", resource.Name),
        ];

    private static V1Workload[] OpsTree(OperatorSpec resource) =>
        [
            resource.Pods(
                resource.Name,
                1,
                [("app", resource.Name), ("redis_setup_type", "standalone"), ("role", "standalone")],
                [("redis", 6379)]
            ),
        ];

    /// <param name="Group">Group of the custom resource's API.</param>
    /// <param name="Kind">Its kind.</param>
    /// <param name="Expand">The groups of pods that its operator makes of it.</param>
    private sealed record OperatorWorkload(string Group, string Kind, Func<OperatorSpec, IEnumerable<V1Workload>> Expand);
}
