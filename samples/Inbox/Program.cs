using Inbox;
using Inbox.Commands;

if (Command.Find(args) is { } command)
    return await command.RunAsync();

await using var app = Api.Build(Command.CreateBuilder(args));
await app.RunAsync();
return 0;
