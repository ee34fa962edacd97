using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace Tenancy.EntityFrameworkCore.Tests.Ledger;

/// <summary>One application at several points of its history: each context knows the migrations there were then.</summary>
public abstract class LedgerContext(DbContextOptions options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Account>().ToTable("Accounts");
}

public sealed class Account
{
    public int Id { get; set; }

    public required string Name { get; set; }
}

public sealed class FirstLedger(DbContextOptions<FirstLedger> options) : LedgerContext(options);

public sealed class SecondLedger(DbContextOptions<SecondLedger> options) : LedgerContext(options);

public sealed class AlteredLedger(DbContextOptions<AlteredLedger> options) : LedgerContext(options);

public sealed class ConcurrentLedger(DbContextOptions<ConcurrentLedger> options) : LedgerContext(options);

public sealed class SchemaLedger(DbContextOptions<SchemaLedger> options) : LedgerContext(options);

/// <summary>One whose model shows the tenant.</summary>
public sealed class FilteredLedger(DbContextOptions<FilteredLedger> options) : LedgerContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Account>().HasTenant();
    }
}

public sealed class EmptyLedger(DbContextOptions<EmptyLedger> options) : LedgerContext(options);

public sealed class MisnamedLedger(DbContextOptions<MisnamedLedger> options) : LedgerContext(options);

/// <summary>With the model that it leads to, as <c>dotnet ef</c> writes it, which its data needs.</summary>
public abstract class CreateAccounts : Microsoft.EntityFrameworkCore.Migrations.Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "Accounts",
            columns: table => new
            {
                Id = table.Column<int>(type: "integer", nullable: false)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                Name = table.Column<string>(type: "text", nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_Accounts", x => x.Id));
        migrationBuilder.CreateTable(
            name: "Kind's",
            columns: table => new { Code = table.Column<string>(type: "text", nullable: false) },
            constraints: table => table.PrimaryKey("PK_Kinds", x => x.Code));
        migrationBuilder.InsertData("Kind's", "Code", "it's; a 'kind'");
        migrationBuilder.Isolate("Accounts");
        migrationBuilder.Share("Kind's");
    }

    protected override void BuildTargetModel(ModelBuilder modelBuilder)
    {
        modelBuilder.HasAnnotation("ProductVersion", "10.0.14").HasAnnotation("Relational:MaxIdentifierLength", 63);
        NpgsqlModelBuilderExtensions.UseIdentityByDefaultColumns(modelBuilder);
        modelBuilder.Entity("Account", account =>
        {
            account.Property<int>("Id").ValueGeneratedOnAdd().HasColumnType("integer");
            account.Property<string>("Name").IsRequired().HasColumnType("text");
            account.HasKey("Id");
            account.ToTable("Accounts");
        });
        modelBuilder.Entity("Kind", kind =>
        {
            kind.Property<string>("Code").HasColumnType("text");
            kind.HasKey("Code");
            kind.ToTable("Kind's");
        });
    }
}

public abstract class AddNotes : Microsoft.EntityFrameworkCore.Migrations.Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("Note", "Accounts", type: "text", nullable: true);
        migrationBuilder.Sql("""update "Accounts" set "Note" = 'noted'""");
    }
}

[DbContext(typeof(FirstLedger)), Migration("20260201000000_CreateAccounts")]
public sealed class FirstCreate : CreateAccounts;

[DbContext(typeof(SecondLedger)), Migration("20260201000000_CreateAccounts")]
public sealed class SecondCreate : CreateAccounts;

[DbContext(typeof(SecondLedger)), Migration("20260202000000_AddNotes")]
public sealed class SecondNotes : AddNotes;

[DbContext(typeof(AlteredLedger)), Migration("20260201000000_CreateAccounts")]
public sealed class Altered : AddNotes;

[DbContext(typeof(ConcurrentLedger)), Migration("20260201000000_Index")]
public sealed class ConcurrentIndex : Microsoft.EntityFrameworkCore.Migrations.Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder
        .CreateIndex("IX_Concurrent", "Accounts", "Name").Annotation("Npgsql:CreatedConcurrently", true);
}

[DbContext(typeof(SchemaLedger)), Migration("20260201000000_Schema")]
public sealed class InSchema : Microsoft.EntityFrameworkCore.Migrations.Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.EnsureSchema("accounting");
}

[DbContext(typeof(FilteredLedger)), Migration("20260201000000_Filtered")]
public sealed class CreateFiltered : Microsoft.EntityFrameworkCore.Migrations.Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "Accounts",
            columns: table => new
            {
                Id = table.Column<int>(type: "integer", nullable: false)
                    .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                Name = table.Column<string>(type: "text", nullable: false),
                tenant_id = table.Column<Guid>(type: "uuid", nullable: false, defaultValueSql: "tenancy.current_tenant()"),
            },
            constraints: table => table.PrimaryKey("PK_Accounts", x => x.Id));
        migrationBuilder.Isolate("Accounts");
    }
}

[DbContext(typeof(MisnamedLedger)), Migration("0001_Accounts")]
public sealed class Misnamed : CreateAccounts;
