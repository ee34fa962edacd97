namespace Tenancy;

/// <summary>What the bytes of a document tell, before any server saw it.</summary>
/// <param name="MediaType">What it is, such as <c>image/png</c>, whatever it was said to be.</param>
/// <param name="Pages">How many pages it has; none where only a server can tell.</param>
public sealed record OcrDocumentFacts(string MediaType, int? Pages);
