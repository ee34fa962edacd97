using Inbox.Scans.Queue;
using Tenancy;

namespace Inbox.Commands;

/// <summary>
/// <c>install --admin-env NAME</c>: prepares every configured server, and the queue of scans beside the catalog. The administrator's connection string comes from
/// the environment variable of that name: what stands on a command line is there for every user of the machine to read.
/// </summary>
static class InstallCommand
{
    public static async Task RunAsync(CommandOptions options)
    {
        var variable = options.Require("--admin-env");
        options.RefuseOthers();
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } administrator)
            throw new CommandException($"The environment variable '{variable}' is empty. Put the administrator's connection string there.");

        var builder = Command.CreateBuilder([]);
        builder.Services.AddTenancy(builder.Configuration.GetSection("Tenancy")).UsePostgres();
        await using var app = builder.Build();

        var installer = app.Services.GetRequiredService<IPostgresInstaller>();
        foreach (var server in builder.Configuration.GetSection("Tenancy:Postgres:Servers").GetChildren())
        {
            await installer.InstallAsync(server.Key, administrator, CancellationToken.None);
            Console.WriteLine($"{server.Key}: roles, catalog and databases are in place.");
        }

        await ScanQueueInstaller.InstallAsync(builder.Configuration["Tenancy:Postgres:Catalog"]!, administrator, CancellationToken.None);
    }
}
