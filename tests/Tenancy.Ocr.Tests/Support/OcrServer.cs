using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Tenancy.Ocr.Health.V1;
using Tenancy.Ocr.V1;

namespace Tenancy.Ocr.Tests.Support;

/// <summary>A server of <c>tenancy.ocr.v1</c> that reads the token of a file as its text, and misbehaves as told.</summary>
internal sealed class OcrServer : IAsyncDisposable
{
    HttpServer _http = null!;
    int _inFlight;
    int _calls;

    /// <summary>Runs before each call; may answer itself, and then returns true.</summary>
    public Func<HttpContext, int, Task<bool>> Before { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>How many pages a document has; by default what the client finds.</summary>
    public int Pages { get; set; } = 3;

    /// <summary>Runs before each page.</summary>
    public Func<HttpContext, int, Task> BeforePage { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What health says, in order; the last stays.</summary>
    public Func<HttpContext, Task>? Health { get; set; }

    /// <summary>What a document's end says.</summary>
    public List<Warning> Warnings { get; } = [];

    public int Calls => _calls;

    public int MostAtOnce { get; private set; }

    public List<RecognizeRequest> Requests { get; } = [];

    public Uri Address => _http.Address;

    public static async Task<OcrServer> StartAsync(Action<OcrServer>? configure = null, int port = 0, Action<HttpsConnectionAdapterOptions>? tls = null)
    {
        var server = new OcrServer();
        configure?.Invoke(server);
        server._http = await HttpServer.StartAsync(server.AnswerAsync, tls, port: port);
        return server;
    }

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal))
        {
            if (Health is null)
                context.Response.TrailersOnly(12, "no health here");
            else
                await Health(context);
            return;
        }

        if (context.Request.Path.Value!.EndsWith("/GetServerInfo", StringComparison.Ordinal))
        {
            context.Response.Begin();
            await context.Response.SendAsync(new ServerInfo { Models = { Model }, ApiVersion = "1" });
            context.Response.End();
            return;
        }

        var number = Interlocked.Increment(ref _calls);
        lock (Requests)
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _inFlight));
        try
        {
            if (await Before(context, number))
                return;
            if (context.Request.Path.Value!.EndsWith("/Recognize", StringComparison.Ordinal))
                await ImageAsync(context, await context.Request.ReadMessageAsync(RecognizeRequest.Parser));
            else if (context.Request.Path.Value.EndsWith("/RecognizeDocument", StringComparison.Ordinal))
                await DocumentAsync(context, (await context.Request.ReadMessageAsync(RecognizeDocumentRequest.Parser)).Request);
            else
                await DocumentAsync(context, await UploadAsync(context));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client is gone.
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    public static Page Read(RecognizeRequest request, int number) => new()
    {
        Number = (uint)number,
        Width = 100,
        Height = 200,
        Space = CoordinateSpace.Source,
        MeanConfidence = 0.9f,
        Text = Samples.Token(request.Content.Span),
        Lines =
        {
            new Line
            {
                Text = Samples.Token(request.Content.Span),
                Confidence = 0.9f,
                Polygon = new Polygon { Xy = { 1, 2, 30, 2, 30, 12, 1, 12 } },
                Box = new Box { X = 1, Y = 2, Width = 29, Height = 10 },
            },
        },
    };

    public static ModelInfo Model => new() { Engine = "tokens", EngineVersion = "1", Languages = { "en" } };

    async Task ImageAsync(HttpContext context, RecognizeRequest request)
    {
        Note(request);
        await BeforePage(context, 1);
        context.Response.Begin();
        await context.Response.SendAsync(new RecognizeResponse
        {
            RequestId = request.RequestId,
            ServerRequestId = "log-1",
            Model = Model,
            Pages = { Read(request, 1) },
        });
        context.Response.End();
    }

    async Task DocumentAsync(HttpContext context, RecognizeRequest request)
    {
        Note(request);
        context.Response.Begin();
        var pages = Wanted(request);
        await context.Response.SendAsync(new DocumentEvent
        {
            Started = new DocumentInfo { PagesTotal = (uint)pages.Length, DocumentPages = (uint)Pages, ServerRequestId = "log-2", Model = Model, RequestId = request.RequestId },
        });
        foreach (var page in pages)
        {
            await BeforePage(context, page);
            await context.Response.SendAsync(new DocumentEvent { Page = Read(request, page) });
        }

        await context.Response.SendAsync(new DocumentEvent { Completed = new Completed { PagesOk = (uint)pages.Length, Model = Model, Warnings = { Warnings } } });
        context.Response.End();
    }

    int[] Wanted(RecognizeRequest request)
    {
        if (request.Pages is { Explicit.Count: > 0 } some)
            return [.. some.Explicit.Select(page => (int)page)];
        var first = Math.Max(1, (int)(request.Pages?.First ?? 1));
        var last = request.Pages is { Last: > 0 } range ? (int)range.Last : Pages;
        return [.. Enumerable.Range(first, last - first + 1)];
    }

    static async Task<RecognizeRequest> UploadAsync(HttpContext context)
    {
        var header = (await context.Request.ReadMessageAsync(UploadPart.Parser)).Header;
        using var content = new MemoryStream();
        while (true)
        {
            var part = await context.Request.ReadMessageAsync(UploadPart.Parser);
            if (part.PartCase == UploadPart.PartOneofCase.Trailer)
            {
                if (!part.Trailer.Sha256.Span.SequenceEqual(System.Security.Cryptography.SHA256.HashData(content.ToArray())) || (ulong)content.Length != header.TotalBytes)
                    throw new InvalidDataException("The upload differs from its hash.");
                return new RecognizeRequest
                {
                    Content = ByteString.CopyFrom(content.ToArray()),
                    MediaType = header.MediaType,
                    Options = header.Options,
                    RequestId = header.RequestId,
                    Pages = header.Pages,
                };
            }

            part.Chunk.WriteTo(content);
        }
    }

    void Note(RecognizeRequest request)
    {
        lock (Requests)
            Requests.Add(request);
    }

    public static async Task SayHealthAsync(HttpContext context, HealthCheckResponse.Types.ServingStatus status)
    {
        if (!context.Response.HasStarted)
            context.Response.Begin();
        await context.Response.SendAsync(new HealthCheckResponse { Status = status });
    }
}
