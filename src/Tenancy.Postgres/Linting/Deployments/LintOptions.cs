namespace Tenancy;

/// <summary>How the host lints its databases. Read from <c>Tenancy:Postgres:Lint</c>.</summary>
public sealed class LintOptions
{
    /// <summary>The default of <see cref="AtStart"/>.</summary>
    public const LintAtStart DefaultAtStart = LintAtStart.Warn;

    /// <summary>What happens when the host starts. Default: <see cref="LintAtStart.Warn"/>.</summary>
    public LintAtStart AtStart { get; set; } = DefaultAtStart;

    /// <summary>Findings that are known and accepted, each with its reason. Default: none.</summary>
    public IList<LintAllowance> Allow { get; } = [];

    internal void Read(SectionReader section)
    {
        AtStart = section.Choice<LintAtStart>("AtStart") ?? AtStart;
        foreach (var (_, part) in section.Sections("Allow"))
        {
            var (rule, target, reason) = (part.Text("Rule"), part.Text("Target"), part.Text("Reason"));
            part.NoteUnknown();
            if (LintAllowance.Mistake(rule, target, reason) is { } mistake)
                part.Note(mistake);
            else
                Allow.Add(new LintAllowance(rule!, target!, reason!));
        }

        section.NoteUnknown();
    }
}
