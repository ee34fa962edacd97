using Tenancy.Transport;

namespace Tenancy;

/// <summary>One server of a pool. Its pool's lock guards what changes.</summary>
internal sealed class OcrEndpoint(EndpointAddress address, IGrpcChannel channel, int concurrency)
{
    public EndpointAddress Address { get; } = address;

    public string Name => Address.Name;

    public IGrpcChannel Channel { get; } = channel;

    /// <summary>Calls that it may work on at once.</summary>
    public int Concurrency { get; } = concurrency;

    /// <summary>Calls that it works on, as far as is known.</summary>
    public int InFlight { get; set; }

    /// <summary>Of these, the ones that nobody waits for any more and it could not be told.</summary>
    public int Zombies { get; set; }

    /// <summary>What it says of itself.</summary>
    public bool IsServing { get; set; } = true;

    /// <summary>What it says that it reads with; nothing until it was asked.</summary>
    public IReadOnlyList<OcrModel> Models { get; set; } = [];

    /// <summary>It is no longer in the configuration or the DNS: it gets no more calls.</summary>
    public bool IsRemoved { get; set; }

    public ConnectBackoff Backoff { get; } = new();

    public OutlierState Outlier { get; } = new();

    /// <summary>What a page has taken of late.</summary>
    public ServiceTime PageTime { get; } = new();

    public bool IsUsable(DateTimeOffset now) => IsServing && !IsRemoved && now >= Backoff.Until && now >= Outlier.EjectedUntil;

    public OcrServerDiagnostics Describe(DateTimeOffset now)
    {
        var until = Backoff.Until > Outlier.EjectedUntil ? Backoff.Until : Outlier.EjectedUntil;
        return new(Name, IsServing, InFlight, Zombies, until > now ? until : null, PageTime.Mean, Models);
    }

    /// <summary>How much of its concurrency it may use: less at first, after it was ejected.</summary>
    public int Slots(DateTimeOffset now) => Math.Max(1, (int)Math.Ceiling(Concurrency * Outlier.Weight(now)));

    /// <summary>Least is best.</summary>
    public double Score(DateTimeOffset now) => (InFlight + 1) / (Concurrency * Outlier.Weight(now));
}
