namespace Tenancy.Core.Tests;

public sealed class TenantCatalogSnapshotTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly Tenant _a = Sample.Tenant("tenant-a");
    readonly Tenant _b = Sample.Tenant("tenant-b");
    readonly TenantCatalogSnapshot _both;

    public TenantCatalogSnapshotTests() =>
        _both = TenantCatalogSnapshot.Empty.With([_a, _b], [], [new Tier { Name = "any" }], 2, Now);

    [Fact]
    public void A_tenant_is_found_by_id_and_by_exact_slug()
    {
        Assert.True(_both.TryFind(_a.Id, out var byId));
        Assert.Same(_a, byId);
        Assert.True(_both.TryFind(_a.Slug, out var bySlug));
        Assert.Same(_a, bySlug);
        Assert.True(_both.TryFind("tenant-a".AsSpan(), out _));
        foreach (var wrong in new[] { "Tenant-a", "tenant-a ", "tenant", "", "tenant-а" })
            Assert.False(_both.TryFind(wrong.AsSpan(), out _));
        Assert.False(_both.TryFind(default(TenantId), out _));
        Assert.False(_both.TryFind(default(TenantSlug), out _));
    }

    [Fact]
    public void Two_tenants_may_swap_their_slugs_at_once()
    {
        var swapped = _both.With([_a with { Slug = _b.Slug }, _b with { Slug = _a.Slug }], [], null, 3, Now);
        Assert.True(swapped.TryFind("tenant-a".AsSpan(), out var nowA));
        Assert.Equal(_b.Id, nowA.Id);
        Assert.True(swapped.TryFind("tenant-b".AsSpan(), out var nowB));
        Assert.Equal(_a.Id, nowB.Id);
        Assert.Equal(2, swapped.Count);
    }

    [Fact]
    public void A_renamed_tenant_is_not_found_under_its_old_slug()
    {
        var renamed = _both.With([_a with { Slug = TenantSlug.Parse("renamed") }], [], null, 3, Now);
        Assert.False(renamed.TryFind("tenant-a".AsSpan(), out _));
        Assert.True(renamed.TryFind("renamed".AsSpan(), out _));
    }

    [Fact]
    public void A_removed_tenant_is_gone_and_its_slug_free_in_the_same_step()
    {
        var heir = Sample.Tenant("tenant-a");
        var next = _both.With([heir], [_a.Id], null, 3, Now);
        Assert.False(next.TryFind(_a.Id, out _));
        Assert.True(next.TryFind("tenant-a".AsSpan(), out var found));
        Assert.Same(heir, found);
        var back = next.With([_a with { Slug = TenantSlug.Parse("again") }], [heir.Id], null, 4, Now);
        Assert.True(back.TryFind(_a.Id, out _));
        Assert.False(back.TryFind("tenant-a".AsSpan(), out _));
    }

    [Fact]
    public void Removing_one_that_is_not_there_changes_nothing() =>
        Assert.Equal(2, _both.With([], [TenantId.Create(TimeProvider.System)], null, 3, Now).Count);

    [Fact]
    public void The_snapshot_before_stays_as_it_was()
    {
        var next = _both.With([_a with { Name = "New" }], [_b.Id], [], 3, Now.AddHours(1));
        Assert.Equal((2, 2L, Now), (_both.Count, _both.Revision, _both.AsOf));
        Assert.True(_both.TryFind(_b.Id, out _));
        Assert.True(_both.TryFind(_a.Id, out var old));
        Assert.Same(_a, old);
        Assert.Single(_both.Tiers);
        Assert.Equal((1, 3L, Now.AddHours(1)), (next.Count, next.Revision, next.AsOf));
        Assert.Empty(TenantCatalogSnapshot.Empty.Tenants);
    }

    [Fact]
    public void Tiers_are_kept_when_none_are_given_and_replaced_as_a_whole_when_some_are()
    {
        Assert.Equal(["any"], _both.With([_a], [], null, 3, Now).Tiers.Keys);
        Assert.Equal(["any"], _both.With([], [], null, 3, Now).Tiers.Keys);
        Assert.Equal(["other"], _both.With([], [], [new Tier { Name = "other" }], 3, Now).Tiers.Keys);
        Assert.Empty(_both.With([], [], [], 3, Now).Tiers);
    }
}
