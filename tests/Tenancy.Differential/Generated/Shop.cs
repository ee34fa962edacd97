namespace Tenancy.Differential.Generated;

/// <summary>The tables that generated queries are about, for tenants and for an application with one tenant.</summary>
public static class Shop
{
    const string Tables =
        """
        create table customers (id bigint primary key, name text not null, city text not null, credit integer not null default 0);
        create table orders (id bigint primary key, customer_id bigint not null, placed date not null, total integer not null, status text not null);
        create table lines (order_id bigint not null, line integer not null, item text not null, quantity integer not null, primary key (order_id, line));
        """;

    const string View = "create view open_orders with (security_invoker = true) as select id, customer_id, total, placed from orders where status = 'open';";

    public const string Migration = Tables +
        """
        select tenancy.isolate('customers', 'orders', 'lines');
        alter table orders add constraint orders_customer foreign key (tenant_id, customer_id) references customers (tenant_id, id);
        alter table lines add constraint lines_order foreign key (tenant_id, order_id) references orders (tenant_id, id) on delete cascade;
        """ + View +
        """
        do $grant$ begin execute format('grant select on open_orders to %I', tenancy.app_role()); end $grant$;
        """;

    public const string Plain = Tables +
        """
        alter table orders add constraint orders_customer foreign key (customer_id) references customers (id);
        alter table lines add constraint lines_order foreign key (order_id) references orders (id) on delete cascade;
        """ + View;

    /// <summary>Rows of a tenant: the same ids for all, other values and other numbers of them by its number.</summary>
    public static string[] Rows(int tenant) =>
    [
        $"insert into customers (id, name, city, credit) select n, 'customer ' || n || ' of ' || {tenant}, (array['Oslo', 'Rome', 'Lyon'])[1 + (n + {tenant}) % 3], n * 10 + {tenant} from generate_series(1, {12 + tenant}) as n",
        $"insert into orders (id, customer_id, placed, total, status) select n, 1 + (n * 7) % {12 + tenant}, date '2026-01-01' + (n % 50)::integer, (n * 37 + {tenant}) % 500, (array['open', 'paid', 'sent'])[1 + n % 3] from generate_series(1, {40 + tenant}) as n",
        $"insert into lines (order_id, line, item, quantity) select 1 + n % 40, n / 40, 'item ' || (n % 9), 1 + (n + {tenant}) % 5 from generate_series(0, {110 + tenant}) as n",
    ];
}
