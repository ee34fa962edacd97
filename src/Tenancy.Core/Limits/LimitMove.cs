namespace Tenancy;

/// <summary>
/// Changes what a tenant is held to, or moves its counts to another object. Called by one thread at a time for each tenant;
/// decisions go on meanwhile: what moves is frozen first, and whoever finds it so asks again.
/// </summary>
internal static class LimitMove
{
    public static void To(TenantLimits limits, Tenant? home, Tenant next, LimitPlan plan)
    {
        ref var to = ref next.Limits;
        var last = home?.Limits.Plan;
        if (ReferenceEquals(home, next) && last!.Policies.AsSpan().SequenceEqual(plan.Policies))
        {
            Volatile.Write(ref to.Plan, plan);
            return;
        }

        var old = home is null ? [] : SlotsOf(home)!;
        var slots = new LimitSlot[plan.Policies.Length];
        // Each word counts for one policy as long as its object lives.
        var isFree = to.Word >= 0 && !(ReferenceEquals(home, next) && Array.Exists(old, slot => slot is TenantWord));
        for (var i = 0; i < slots.Length; i++)
        {
            var policy = plan.Policies[i];
            var was = Array.Find(old, slot => slot.Policy.Name == policy.Name);
            slots[i] = plan.Word is { } word && ReferenceEquals(word.Policy, policy)
                ? InWord(limits, home, next, word, was, isFree)
                : InCell(limits, home, next, policy, was);
        }

        foreach (var slot in old)
        {
            if (!Array.Exists(plan.Policies, policy => policy.Name == slot.Policy.Name))
                slot.Retire(home!);
        }

        // A plan is asked by its word, so one that does not count must refuse.
        if (plan.Word is not null && !Array.Exists(slots, slot => slot is TenantWord))
            RateWord.Freeze(ref to.Word);
        if (to.Slots is not null || plan.Slots is null || !slots.AsSpan().SequenceEqual(plan.Slots))
            Volatile.Write(ref to.Slots, slots);
        to.Counts = home?.Limits.Counts;
        Volatile.Write(ref to.Plan, plan);
        if (home is not null && !ReferenceEquals(home, next))
            Volatile.Write(ref home.Limits.Plan, null);
    }

    /// <summary>The tenant is gone.</summary>
    public static void End(Tenant home)
    {
        foreach (var slot in SlotsOf(home) ?? [])
            slot.Retire(home);
        RateWord.Freeze(ref home.Limits.Word);
        Volatile.Write(ref home.Limits.Plan, null);
    }

    /// <summary>
    /// What counts at a home; none where it is one no more. The plan is read first: where the object has no slots of its own
    /// after that, it had none when the plan was written.
    /// </summary>
    public static LimitSlot[]? SlotsOf(Tenant home)
    {
        var plan = Volatile.Read(ref home.Limits.Plan);
        return Volatile.Read(ref home.Limits.Slots) ?? plan?.Slots;
    }

    static LimitSlot InWord(TenantLimits limits, Tenant? home, Tenant next, TenantWord word, LimitSlot? was, bool isFree)
    {
        if (was is TenantWord && ReferenceEquals(home, next) && was.Policy.Equals(word.Policy))
            return word;
        if (!isFree)
            return InCell(limits, home, next, word.Policy, was);
        next.Limits.Word = was switch
        {
            TenantWord => RateWord.Carry(RateWord.Freeze(ref home!.Limits.Word), was.Policy, word.Policy, limits.Clock),
            RateCell cell => RateWord.Carry(cell.Freeze(), was.Policy, word.Policy, limits.Clock),
            _ => 0,
        };
        return word;
    }

    static LimitSlot InCell(TenantLimits limits, Tenant? home, Tenant next, LimitPolicy policy, LimitSlot? was) =>
        was is null ? limits.NewCell(next.Id.Value, policy)
        : was is LimitCell && was.Policy.Equals(policy) ? was
        : was.Become(home!, policy, limits.Clock);
}
