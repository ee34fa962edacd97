namespace Tenancy;

/// <summary>Over which time a policy counts.</summary>
public enum LimitPeriod
{
    /// <summary>Continuously: a rate with a burst.</summary>
    Rate,

    /// <summary>A calendar day, in UTC.</summary>
    Day,

    /// <summary>A calendar month, in UTC.</summary>
    Month,
}
