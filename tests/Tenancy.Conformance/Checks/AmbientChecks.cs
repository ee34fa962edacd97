namespace Tenancy.Conformance;

/// <summary>I10: only a scope sets the tenant; it flows with async, and is absent elsewhere.</summary>
static class AmbientChecks
{
    public static readonly Check[] All =
    [
        new("I10", "scope-flows-and-ends", FlowAsync),
        new("I10", "parallel-flows-keep-apart", ParallelAsync),
    ];

    static async Task FlowAsync(Subject subject)
    {
        var tenants = subject.Deployment.Tenants;
        var released = new TaskCompletionSource();
        Task<Tenant?> late;
        using (tenants.Enter(subject.A))
        {
            await Task.Yield();
            Violation.If(tenants.Current?.Id != subject.A.Id, "The tenant does not flow past an await.");
            Violation.If(await Task.Run(() => tenants.Current?.Id) != subject.A.Id, "The tenant does not flow into a task.");
            using (tenants.Enter(subject.B))
                Violation.If(tenants.Current?.Id != subject.B.Id, "The inner scope does not win.");
            Violation.If(tenants.Current?.Id != subject.A.Id, "The outer scope is not back.");
            late = Task.Run(async () => { await released.Task; return tenants.Current; });
        }

        Violation.If(tenants.Current is not null, "The tenant outlives its scope.");
        released.SetResult();
        Violation.If(await late is not null, "Work that outlives the scope still has its tenant: stale, not absent.");
        await Violation.Unless<NoTenantException>(async () => await subject.Deployment.Data.OpenConnectionAsync(), "After the scope a connection was handed out.");
    }

    static Task ParallelAsync(Subject subject) => Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
    {
        var tenant = i % 2 == 0 ? subject.A : subject.B;
        for (var round = 0; round < 10; round++)
        {
            var marks = await subject.ReadAsync(tenant, "select mark from notes");
            Violation.If(marks.Count != Subject.Rows || marks.Any(mark => mark != Subject.MarkOf(tenant)), "Parallel work mixes tenants.");
        }
    })));
}
