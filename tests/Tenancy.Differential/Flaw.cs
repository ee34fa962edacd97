namespace Tenancy.Differential;

/// <summary>Ways in which a wrapper could be wrong; the comparison has to find each of them.</summary>
public enum Flaw
{
    None,
    LosesTheLastRow,
    CountsTheScope,
    ForgetsNull,
    WidensIntegers,
    SwallowsErrors,
}
