namespace Tenancy;

/// <summary>A server at a moment.</summary>
/// <param name="Name">Its name and port, and its address where names are resolved here.</param>
/// <param name="IsServing">Whether it says that it serves; <see langword="true"/> where it says nothing.</param>
/// <param name="InFlight">Calls that it works on, as far as is known.</param>
/// <param name="Abandoned">Of these, the ones that nobody waits for any more and that it could not be told to stop.</param>
/// <param name="LeftAloneUntil">Until when it gets no calls, because it failed or could not be reached; none where it does.</param>
/// <param name="PageTime">What a page has taken of late; a guess of one second until one was read.</param>
/// <param name="Models">What it says that it reads with; nothing where its health is not known yet, or its protocol does not tell.</param>
public sealed record OcrServerDiagnostics(
    string Name, bool IsServing, int InFlight, int Abandoned, DateTimeOffset? LeftAloneUntil, TimeSpan PageTime,
    IReadOnlyList<OcrModel> Models);
