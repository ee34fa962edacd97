using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Inbox.Authentication;

namespace Inbox.Tour;

/// <summary>The API, the tokens and the texts of the tour.</summary>
sealed class TourContext : IDisposable
{
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    readonly HttpClient _http;
    readonly ECDsa _key;

    TourContext(Stage stage, Uri address, ECDsa key, string data)
    {
        Stage = stage;
        Data = data;
        _key = key;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
    }

    public Stage Stage { get; }

    /// <summary>The directory of the texts.</summary>
    public string Data { get; }

    public string Administrator => Token(claims => claims["roles"] = new JsonArray("platform-admin"), "root");

    public static TourContext FromEnvironment(Stage stage)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Require("INBOX_SIGNING_KEY")));
        return new TourContext(stage, new Uri(Require("INBOX_URL")), key, Require("INBOX_DATA"));
    }

    static string Require(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new TourException($"the environment variable {name} is empty. ./demo.sh sets it.");

    /// <summary>The token of a tenant's user.</summary>
    public string TokenOf(TourTenant tenant) => Token(claims => claims["org"] = tenant.Slug, tenant.User);

    /// <summary>A token with claims of one's choice, signed as the issuer would.</summary>
    public string Token(Action<JsonObject> change, string subject)
    {
        var issuer = Environment.GetEnvironmentVariable("INBOX_ISSUER") ?? "https://issuer.example";
        var audience = Environment.GetEnvironmentVariable("INBOX_AUDIENCE") ?? "inbox";
        var claims = DevelopmentTokens.Claims(issuer, audience, subject, DateTimeOffset.UtcNow, Lifetime);
        change(claims);
        return DevelopmentTokens.Sign(_key, claims);
    }

    /// <summary>Sends a request of a tenant's user and shows it.</summary>
    public Task<Answer> ShowAsync(TourTenant caller, HttpMethod method, string path) =>
        ShowAsync(new Call(method, path) { Token = TokenOf(caller), Who = $"{caller.User} of {caller.Slug}" });

    /// <summary>Sends a request of a tenant's user.</summary>
    public Task<Answer> SendAsync(TourTenant caller, HttpMethod method, string path) =>
        SendAsync(new Call(method, path) { Token = TokenOf(caller) });

    /// <summary>Sends a request of a platform administrator and shows it.</summary>
    public Task<Answer> ShowAsAdministratorAsync(HttpMethod method, string path, string? body = null) =>
        ShowAsync(new Call(method, path) { Token = Administrator, Who = "platform administrator", Body = body });

    /// <summary>Reads server-sent events of a tenant to their end: the name and the data of each.</summary>
    public async IAsyncEnumerable<(string Name, JsonElement Data)> WatchAsync(TourTenant caller, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(caller));
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode)
            throw new TourException($"{path} was answered {(int)response.StatusCode}.");
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            using var data = JsonDocument.Parse(item.Data);
            yield return (item.EventType, data.RootElement.Clone());
        }
    }

    public async Task<Answer> ShowAsync(Call call)
    {
        var answer = await SendAsync(call);
        Stage.Show(call, answer);
        return answer;
    }

    /// <summary>Sends a request; where its tenant has used up its limit, as often as it is told to come back.</summary>
    public async Task<Answer> SendAsync(Call call)
    {
        while (true)
        {
            var answer = await SendOnceAsync(call);
            if (call.TakesRefusal || answer.Status != 429 || answer.Header("Retry-After") is not { } wait)
                return answer;
            await Task.Delay(TimeSpan.FromSeconds(int.Parse(wait, CultureInfo.InvariantCulture)));
        }
    }

    async Task<Answer> SendOnceAsync(Call call)
    {
        using var request = new HttpRequestMessage(call.Method, call.Path);
        if (call.Body is { } body)
        {
            request.Content = new StringContent(
                body, Encoding.UTF8, call.Method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        }

        if (call.File is var (content, mediaType))
            request.Content = new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
        if (call.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in call.Headers)
            request.Headers.Add(name, value);
        using var response = await _http.SendAsync(request);
        // The date differs from answer to answer whatever they say.
        var headers = response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), string.Join('\n', headers));
    }

    public void Dispose()
    {
        _http.Dispose();
        _key.Dispose();
    }
}
