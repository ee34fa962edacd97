namespace Tenancy.Ocr.Tests.Interop;

/// <summary>A test against a peer; skipped, with the remedy, where that is not installed.</summary>
public sealed class InteropFactAttribute : FactAttribute
{
    static readonly Dictionary<string, string?> Why = [];

    public InteropFactAttribute(string peer)
    {
        lock (Why)
        {
            if (!Why.TryGetValue(peer, out var why))
                Why[peer] = why = Peer.WhyNot(peer);
            Skip = why!;
        }
    }
}
