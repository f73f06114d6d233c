using Palisade.Webhook.Hosting;

return await new WebhookCommand(WebhookProgram.RunAsync).InvokeAsync(args, Console.Error);
