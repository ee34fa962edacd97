namespace Tenancy.Postgres.Tests;

/// <summary>One tenant of each isolation, with procedures that behave and some that do not.</summary>
public sealed class TenantsWithProcedures : TenantOfEach
{
    protected override DeploymentOptions Options => new()
    {
        Budget = 2,
        Migrations = new()
        {
            ["0001_tables.sql"] = DeploymentOptions.Tables +
                """
                create procedure add_note(id bigint, mark text) language sql as 'insert into notes (id, mark) values ($1, $2)';
                create procedure doubles(inout n integer, out said text) language plpgsql as $$ begin n := n * 2; said := 'it is ' || n; end $$;
                create procedure commits() language plpgsql as $$ begin insert into notes (id, mark) values (700, 'committed'); commit; end $$;
                create procedure rolls_back() language plpgsql as $$ begin rollback; end $$;
                create procedure moves_on(tenant uuid) language plpgsql as $$ begin commit; perform tenancy.enter(tenant); insert into notes (id, mark) values (701, 'elsewhere'); end $$;
                """,
        },
    };
}
