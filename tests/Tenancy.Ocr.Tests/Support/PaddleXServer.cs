using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Tenancy.Ocr.KServe.V2;

namespace Tenancy.Ocr.Tests.Support;

/// <summary>A re-implementation of what PaddleX high-stability serving publishes: KServe v2, JSON inside, ten pages of a PDF.</summary>
internal sealed class PaddleXServer : IAsyncDisposable
{
    HttpServer _http = null!;

    public List<JsonNode> Requests { get; } = [];

    public List<byte[]> Frames { get; } = [];

    /// <summary>Pages of the PDF it is given.</summary>
    public Func<byte[], int> PagesOf { get; set; } = file => PdfFacts.Read(file).Pages ?? 1;

    /// <summary>Changes the answer before it is sent; may throw.</summary>
    public Action<JsonNode, JsonObject> Change { get; set; } = (_, _) => { };

    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    public Action<ModelInferResponse> Spoil { get; set; } = _ => { };

    public bool Ready { get; set; } = true;

    public Uri Address => _http.Address;

    public static async Task<PaddleXServer> StartAsync(Action<PaddleXServer>? configure = null)
    {
        var server = new PaddleXServer();
        configure?.Invoke(server);
        server._http = await HttpServer.StartAsync(server.AnswerAsync);
        return server;
    }

    public OcrHost Host(IPdfSplitter? splitter = null, Action<OcrPoolOptions>? configure = null) => new(options =>
    {
        var pool = new OcrPoolOptions { Protocol = OcrProtocol.PaddleX, Servers = { Address.ToString() } };
        configure?.Invoke(pool);
        options.Pools["paddle"] = pool;
    }, splitter: splitter);

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        var method = context.Request.Path.Value!;
        if (method.EndsWith("/ModelReady", StringComparison.Ordinal))
        {
            context.Response.Begin();
            await context.Response.SendAsync(new ModelReadyResponse { Ready = Ready });
            context.Response.End();
            return;
        }

        if (!method.EndsWith("/ModelInfer", StringComparison.Ordinal))
        {
            context.Response.TrailersOnly(12, "unknown method");
            return;
        }

        if (await Before(context))
            return;
        var (_, message) = (await context.Request.ReadFrameAsync())!.Value;
        var request = ModelInferRequest.Parser.ParseFrom(message);
        if (request.ModelName != "ocr")
        {
            context.Response.TrailersOnly(5, $"Request for unknown model: '{request.ModelName}' is not found");
            return;
        }

        var raw = request.RawInputContents.Single().ToByteArray();
        if (BinaryPrimitives.ReadInt32LittleEndian(raw) != raw.Length - 4)
        {
            context.Response.TrailersOnly(3, "framing");
            return;
        }

        var json = JsonNode.Parse(raw.AsSpan(4))!;
        lock (Requests)
        {
            Requests.Add(json);
            Frames.Add(GrpcAnswers.Frame(message));
        }

        var answer = Encoding.UTF8.GetBytes(Recognize(json).ToJsonString());
        var element = new byte[4 + answer.Length];
        BinaryPrimitives.WriteInt32LittleEndian(element, answer.Length);
        answer.CopyTo(element, 4);
        var response = new ModelInferResponse { ModelName = "ocr", ModelVersion = "1", Id = request.Id };
        response.Outputs.Add(new ModelInferResponse.Types.InferOutputTensor { Name = "output", Datatype = "BYTES", Shape = { 1, 1 } });
        response.RawOutputContents.Add(ByteString.CopyFrom(element));
        Spoil(response);
        context.Response.Begin();
        await context.Response.SendAsync(response);
        context.Response.End();
    }

    JsonObject Recognize(JsonNode request)
    {
        var file = Convert.FromBase64String(request["file"]!.GetValue<string>());
        var isPdf = request["fileType"]!.GetValue<int>() == 0;
        var pages = isPdf ? Math.Min(10, PagesOf(file)) : 1;
        var words = request["returnWordBox"]?.GetValue<bool>() == true;
        var info = isPdf
            ? new JsonObject { ["type"] = "pdf", ["numPages"] = pages, ["pages"] = new JsonArray([.. Enumerable.Range(0, pages).Select(_ => Size())]) }
            : new JsonObject { ["type"] = "image", ["width"] = 400, ["height"] = 600 };
        var answer = new JsonObject
        {
            ["logId"] = "11111111-2222-3333-4444-555555555555",
            ["errorCode"] = 0,
            ["errorMsg"] = "Success",
            ["result"] = new JsonObject
            {
                ["ocrResults"] = new JsonArray([.. Enumerable.Range(0, pages).Select(_ => new JsonObject { ["prunedResult"] = Pruned(Samples.Token(file), words) })]),
                ["dataInfo"] = info,
            },
        };
        Change(request, answer);
        return answer;

        static JsonObject Size() => new() { ["width"] = 400, ["height"] = 600 };
    }

    static JsonObject Pruned(string token, bool words)
    {
        var text = $$"""
            {
              "model_settings": { "use_doc_preprocessor": true, "use_textline_orientation": false },
              "doc_preprocessor_res": { "model_settings": { "use_doc_orientation_classify": true, "use_doc_unwarping": false }, "angle": -1 },
              "dt_polys": [[[10, 20], [110, 20], [110, 40], [10, 40]]],
              "text_det_params": {}, "text_type": "general", "text_rec_score_thresh": 0.0, "return_word_box": {{(words ? "true" : "false")}},
              "textline_orientation_angles": [-1],
              "rec_texts": [{{JsonSerializer.Serialize(token)}}], "rec_scores": [0.98],
              "rec_polys": [[[10, 20], [110, 20], [110, 40], [10, 40]]], "rec_boxes": [[10, 20, 110, 40]]
              {{(words ? """, "text_word": [["one", "two"]], "text_word_boxes": [[[10, 20, 50, 40], [60, 20, 110, 40]]]""" : "")}}
            }
            """;
        return JsonNode.Parse(text)!.AsObject();
    }
}
