using Palisade.Hosting;
using Palisade.Webhook.Hosting;

return await ServerProgram.RunAsync("palisade-webhook", WebhookCommand.Create(WebhookProgram.RunAsync), args, WebhookProgram.ExitCode);
