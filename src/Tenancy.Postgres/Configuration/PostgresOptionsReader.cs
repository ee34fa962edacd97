using Microsoft.Extensions.Configuration;

namespace Tenancy;

/// <summary>Reads <see cref="PostgresOptions"/> from the part of the section that is ours.</summary>
internal static class PostgresOptionsReader
{
    public static void Read(IConfigurationSection section, PostgresOptions options)
    {
        options.Path = section.Path;
        var reader = new SectionReader(section, options.Mistakes);
        options.Catalog = reader.Text("Catalog") ?? options.Catalog;
        options.DeploymentKey = reader.Text("DeploymentKey") ?? options.DeploymentKey;
        options.ApplicationSchema = reader.Text("ApplicationSchema") ?? options.ApplicationSchema;
        options.CatalogPollInterval = reader.Time("CatalogPollInterval") ?? options.CatalogPollInterval;
        options.MaxAutoPrepare = reader.Integer("MaxAutoPrepare") ?? options.MaxAutoPrepare;
        if (reader.Section("Migrations") is { } migrations)
        {
            options.MigrationsDirectory = migrations.Text("Directory");
            migrations.NoteUnknown();
        }

        if (reader.Section("Lint") is { } lint)
            options.Lint.Read(lint);

        foreach (var (name, part) in reader.Sections("Servers"))
        {
            var server = new PostgresServerOptions();
            server.ConnectionString = part.Text("ConnectionString") ?? server.ConnectionString;
            server.Migrator = part.Text("Migrator") ?? server.Migrator;
            server.ConnectionBudget = part.Integer("ConnectionBudget") ?? server.ConnectionBudget;
            server.SharedPoolSize = part.Integer("SharedPoolSize") ?? server.SharedPoolSize;
            server.SchemasPerConnection = part.Integer("SchemasPerConnection") ?? server.SchemasPerConnection;
            server.DatabasePoolSize = part.Integer("DatabasePoolSize") ?? server.DatabasePoolSize;
            server.Region = part.Text("Region");
            part.NoteUnknown();
            options.Servers[name] = server;
        }

        reader.NoteUnknown();
    }
}
