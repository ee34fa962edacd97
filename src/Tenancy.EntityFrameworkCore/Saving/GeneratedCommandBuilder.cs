using Microsoft.EntityFrameworkCore.Storage;

namespace Tenancy;

/// <summary>Builds the command of a SaveChanges, and knows where in its text each statement ends.</summary>
internal sealed class GeneratedCommandBuilder(RelationalCommandBuilderDependencies dependencies) : RelationalCommandBuilder(dependencies)
{
    readonly List<(int Text, int Parameters)> _ends = [];

    /// <summary>Notes that a statement ends here.</summary>
    public void EndStatement(int text) => _ends.Add((text, Parameters.Count));

    /// <summary>Forgets the statement that was added last.</summary>
    public void TakeBackStatement() => _ends.RemoveAt(_ends.Count - 1);

    public override IRelationalCommand Build()
    {
        var text = ToString();
        var parts = new GeneratedStatement[_ends.Count];
        var (start, parameter) = (0, 0);
        for (var i = 0; i < parts.Length; i++)
        {
            var end = _ends[i];
            parts[i] = new GeneratedStatement(text[start..end.Text], parameter, end.Parameters - parameter);
            (start, parameter) = end;
        }

        if (start != text.Length || parameter != Parameters.Count)
            throw new InvalidOperationException("SaveChanges generated text between its statements. Update the package Tenancy.EntityFrameworkCore.");
        return new GeneratedCommand(Dependencies, new GeneratedStatements(text, parameter, parts), Parameters);
    }
}
