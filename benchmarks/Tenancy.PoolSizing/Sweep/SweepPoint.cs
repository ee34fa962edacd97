namespace Tenancy.PoolSizing;

/// <summary>Everything of a point but the budget: one line in a chart.</summary>
internal readonly record struct SeriesKey(FleetKind Isolation, LoadLevel Load, int Tenants)
{
    public override string ToString() => $"{Isolation.Name()}, {Load}, {Tenants:N0} tenants";
}

/// <summary>One combination that is measured.</summary>
internal readonly record struct SweepPoint(SeriesKey Series, int Budget)
{
    public override string ToString() => $"{Series}, budget {Budget}";

    /// <summary>All points of a sweep. Budgets go up and down in turn, so that what grows with time favours neither end.</summary>
    public static IEnumerable<(SweepPoint Point, int Round)> Plan(SizingOptions options)
    {
        for (var round = 0; round < options.Rounds; round++)
        {
            var budgets = round % 2 == 0 ? options.Budgets : [.. options.Budgets.Reverse()];
            foreach (var tenants in options.Tenants)
            foreach (var load in options.Loads)
            foreach (var isolation in options.Isolations)
            foreach (var budget in budgets)
                yield return (new SweepPoint(new SeriesKey(isolation, load, tenants), budget), round + 1);
        }
    }
}
