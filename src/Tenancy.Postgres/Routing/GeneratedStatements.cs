namespace Tenancy;

/// <summary>
/// Several statements that an integration of ours generated as one text, and where each begins. They are checked and sent
/// one by one, as a batch's would be.
/// </summary>
/// <param name="Text">The whole text; where the command has another by then, the mark does not count.</param>
/// <param name="ParameterCount">Parameters of all statements together.</param>
/// <param name="Parts">The statements, in order.</param>
internal sealed record GeneratedStatements(string Text, int ParameterCount, IReadOnlyList<GeneratedStatement> Parts);

/// <summary>One of the statements, and which of the command's parameters are its own.</summary>
internal readonly record struct GeneratedStatement(string Text, int FirstParameter, int ParameterCount);
