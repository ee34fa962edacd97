namespace Tenancy;

/// <summary>A pool at a moment.</summary>
/// <param name="Name">Its name in configuration.</param>
/// <param name="Waiting">Calls that wait for a server.</param>
/// <param name="WaitingBytes">The bytes of their documents.</param>
/// <param name="Servers">Its servers.</param>
public sealed record OcrPoolDiagnostics(string Name, int Waiting, long WaitingBytes, IReadOnlyList<OcrServerDiagnostics> Servers);
