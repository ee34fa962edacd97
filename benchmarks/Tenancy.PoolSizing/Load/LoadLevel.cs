using System.Globalization;

namespace Tenancy.PoolSizing;

/// <summary>How hard to press: so many clients that wait for their answers, or so many requests per second that do not.</summary>
internal readonly record struct LoadLevel(int Value, bool IsOpen) : IComparable<LoadLevel>
{
    public static LoadLevel Clients(int count) => new(count, false);

    public static LoadLevel Rate(int perSecond) => new(perSecond, true);

    public int CompareTo(LoadLevel other) => Value.CompareTo(other.Value);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:N0}{(IsOpen ? "/s" : Value == 1 ? " client" : " clients")}");
}
