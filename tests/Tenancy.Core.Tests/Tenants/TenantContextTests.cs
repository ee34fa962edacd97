using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Core.Tests;

public sealed class TenantContextTests
{
    readonly ITenantContext _context = new ServiceCollection().AddTenancy().Services.BuildServiceProvider().GetRequiredService<ITenantContext>();
    readonly Tenant _a = Sample.Tenant("tenant-a");
    readonly Tenant _b = Sample.Tenant("tenant-b");

    [Fact]
    public void Scopes_nest_and_unwind()
    {
        Assert.Null(_context.Current);
        using (_context.Enter(_a))
        {
            using (_context.Enter(_b))
                Assert.Same(_b, _context.Current);
            Assert.Same(_a, _context.Current);
        }

        Assert.Null(_context.Current);
    }

    [Fact]
    public void Disposing_twice_does_not_leave_the_outer_scope()
    {
        using var outer = _context.Enter(_a);
        var inner = _context.Enter(_b);
        inner.Dispose();
        inner.Dispose();
        Assert.Same(_a, _context.Current);
        Assert.Null(inner.Tenant);
    }

    [Fact]
    public void An_outer_scope_disposed_first_is_not_what_the_inner_one_unwinds_to()
    {
        var outer = _context.Enter(_a);
        var inner = _context.Enter(_b);
        outer.Dispose();
        Assert.Same(_b, _context.Current);
        inner.Dispose();
        Assert.Null(_context.Current);
    }

    [Fact]
    public async Task A_scope_flows_into_what_it_awaits()
    {
        using var scope = _context.Enter(_a);
        await Task.Yield();
        Assert.Same(_a, _context.Current);
        Assert.Same(_a, await Task.Run(() => _context.Current));
    }

    [Fact]
    public async Task A_scope_entered_in_a_method_does_not_flow_out_of_it()
    {
        async Task EnterAsync()
        {
            await Task.Yield();
            _context.Enter(_a);
        }

        await EnterAsync();
        Assert.Null(_context.Current);
    }

    [Fact]
    public async Task A_task_that_outlives_its_scope_has_no_tenant_instead_of_a_stale_one()
    {
        var ended = new TaskCompletionSource();
        Task<Tenant?> running;
        using (_context.Enter(_a))
        {
            running = Task.Run(async () =>
            {
                await ended.Task;
                return _context.Current;
            });
        }

        using (_context.Enter(_b))
            ended.SetResult();
        Assert.Null(await running);
    }

    [Fact]
    public async Task Disposed_from_another_flow_a_scope_ends_there_and_here()
    {
        var scope = _context.Enter(_a);
        await Task.Run(async () =>
        {
            using var other = _context.Enter(_b);
            await scope.DisposeAsync();
            // That flow's own tenant is its own.
            Assert.Same(_b, _context.Current);
        });
        Assert.Null(_context.Current);
    }

    [Fact]
    public async Task Flows_side_by_side_have_their_own_tenants()
    {
        async Task CheckAsync(Tenant tenant)
        {
            for (var i = 0; i < 200; i++)
            {
                using var scope = _context.Enter(tenant);
                await Task.Yield();
                Assert.Same(tenant, _context.Current);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => CheckAsync(n % 2 == 0 ? _a : _b))));
    }

    [Fact]
    public void Null_cannot_be_entered() => Assert.Throws<ArgumentNullException>(() => _context.Enter(null!));
}
