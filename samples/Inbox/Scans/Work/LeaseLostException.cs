namespace Inbox.Scans.Work;

/// <summary>Somebody else has the scan by now: whatever is to be done with it, they do it.</summary>
sealed class LeaseLostException() : Exception("The lease of the scan ended before it was renewed.");
