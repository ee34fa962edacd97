namespace Tenancy;

/// <summary>Something to know about a result that is none the less one.</summary>
/// <param name="Code">What it is about.</param>
/// <param name="Message">In words.</param>
/// <param name="Page">The page, from 1; none for the whole document.</param>
public sealed record OcrWarning(OcrWarningCode Code, string Message, int? Page = null);
