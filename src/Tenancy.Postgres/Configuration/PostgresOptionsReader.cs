using System.Globalization;
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
        options.EmptyPoolLimit = reader.Integer("EmptyPoolLimit") ?? options.EmptyPoolLimit;
        options.MaxAutoPrepare = reader.Integer("MaxAutoPrepare") ?? options.MaxAutoPrepare;
        options.SigningKeyId = reader.Integer("SigningKeyId") ?? options.SigningKeyId;
        if (reader.Section("SigningKeys") is { } keys)
            ReadKeys(keys, options);
        if (reader.Section("Migrations") is { } migrations)
        {
            options.MigrationsDirectory = migrations.Text("Directory");
            migrations.NoteUnknown();
        }

        if (reader.Section("Lint") is { } lint)
            options.Lint.Read(lint);

        if (reader.Section("Storage") is { } storage)
            options.Storage.Read(storage);
        if (reader.Section("Cleanup") is { } cleanup)
            options.Cleanup.Read(cleanup);

        foreach (var (name, part) in reader.Sections("Servers"))
        {
            var server = new PostgresServerOptions();
            server.ConnectionString = part.Text("ConnectionString") ?? server.ConnectionString;
            server.Migrator = part.Text("Migrator") ?? server.Migrator;
            server.ConnectionBudget = part.Integer("ConnectionBudget") ?? server.ConnectionBudget;
            server.ReplicaConnectionBudget = part.Integer("ReplicaConnectionBudget") ?? server.ReplicaConnectionBudget;
            server.SharedPoolSize = part.Integer("SharedPoolSize") ?? server.SharedPoolSize;
            server.SchemasPerConnection = part.Integer("SchemasPerConnection") ?? server.SchemasPerConnection;
            server.DatabasePoolSize = part.Integer("DatabasePoolSize") ?? server.DatabasePoolSize;
            server.Level = part.Choice<ProtectionLevel>("Level") ?? server.Level;
            server.SessionReset = part.Choice<SessionReset>("SessionReset") ?? server.SessionReset;
            server.SchemaGuard = part.Choice<SchemaGuard>("SchemaGuard") ?? server.SchemaGuard;
            server.Region = part.Text("Region");
            server.Pooler = part.Choice<PostgresPooler>("Pooler") ?? server.Pooler;
            server.Direct = part.Text("Direct");
            server.PoolerMaxAutoPrepare = part.Integer("PoolerMaxAutoPrepare") ?? server.PoolerMaxAutoPrepare;
            server.AttestationInterval = part.Time("AttestationInterval") ?? server.AttestationInterval;
            part.NoteUnknown();
            options.Servers[name] = server;
        }

        reader.NoteUnknown();
    }

    static void ReadKeys(SectionReader section, PostgresOptions options)
    {
        foreach (var (name, secret) in section.Values())
        {
            // Not the value, which is a secret.
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                options.SigningKeys[id] = secret;
            else
                options.Mistakes.Add($"{section.Path}:{name} is not the id of a key. Give a whole number, such as 2.");
        }
    }
}
