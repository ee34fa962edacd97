namespace Tenancy.Attacks;

/// <summary>What an attacker sends.</summary>
/// <param name="Name">A short name.</param>
/// <param name="Text">A query to stand inside a statement, or statements.</param>
/// <param name="Ends">How it may end, in <see cref="Verdict"/>'s words: an attack that never ran proves nothing.</param>
public sealed record Attack(string Name, Func<Prey, string> Text, params string[] Ends)
{
    public override string ToString() => Name;
}
