namespace Tenancy.Differential;

/// <summary>Something that code written against ADO.NET does. It knows no provider, and no tenant.</summary>
public sealed record Scenario(string Name, Func<Session, Task> Run)
{
    public override string ToString() => Name;
}
