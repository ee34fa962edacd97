using System.Globalization;

namespace Tenancy;

/// <summary>What a tenant's scope is sent as, by one snapshot of the catalog.</summary>
/// <param name="SnapshotNumber">Which snapshot that was.</param>
/// <param name="Limits">What its tier limits in a statement; none where it limits nothing.</param>
/// <param name="Statement">The statement that enters, sets the limits, and takes a slot where the tier has them.</param>
/// <param name="Asking">The same that says in its last column whether a slot was free, where the tier has them; else none.</param>
internal sealed record ScopeForm(long SnapshotNumber, StatementLimits? Limits, string Statement, string? Asking)
{
    /// <summary>Makes it of the statement that enters and sets the limits.</summary>
    public static ScopeForm Of(long snapshotNumber, StatementLimits? limits, string enter) => limits?.Slots is not { } slots
        ? new(snapshotNumber, limits, enter, null)
        : new(snapshotNumber, limits, With(enter, "take_slot", slots), With(enter, "try_slot", slots));

    static string With(string enter, string function, int slots) =>
        string.Intern(string.Create(CultureInfo.InvariantCulture, $"{enter}, tenancy.{function}({slots})"));
}
