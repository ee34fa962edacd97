using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using Inbox.Authentication;
using Inbox.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Inbox.Tests.Authentication;

/// <summary>The handler behind Kestrel: headers, challenges, and what is logged.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit calls DisposeAsync.")]
public sealed class TokenHandlerTests : IAsyncLifetime
{
    readonly Forge _forge = new();
    readonly List<string> _log = [];
    WebApplication _app = null!;
    HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(new ListLogger(_log)).SetMinimumLevel(LogLevel.Trace);
        builder.AddProblems();
        builder.Services.AddSingleton(_forge.Validator);
        builder.Services.AddAuthentication().AddStrictJwt(builder.Configuration.GetSection("Jwt"));
        // The validator above is given; the section that would lead to its keys is not checked.
        foreach (var check in builder.Services.Where(service => service.ImplementationType == typeof(JwtOptionsValidator)).ToArray())
            builder.Services.Remove(check);
        builder.Services.AddAuthorization();
        _app = builder.Build();
        _app.UseProblems();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapGet("/any", () => "in").RequireAuthorization();
        _app.MapGet("/admin", () => "in").RequireAuthorization(policy => policy.RequireRole("platform-admin"));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _forge.Dispose();
    }

    async Task<HttpResponseMessage> GetAsync(string path, params string[] authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var value in authorization)
            Assert.True(request.Headers.TryAddWithoutValidation("Authorization", value));
        return await _client.SendAsync(request);
    }

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("bearer ")]
    [InlineData("BEARER ")]
    public async Task A_valid_token_is_let_in(string prefix)
    {
        using var response = await GetAsync("/any", prefix + _forge.Valid());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("Bearer  {0}")]
    [InlineData("Bearer {0},{0}")]
    [InlineData("Bearer {0} {0}")]
    [InlineData("Bearer \"{0}\"")]
    [InlineData("Bearer token={0}")]
    public async Task A_header_with_more_than_a_token_is_refused(string format)
    {
        using var response = await GetAsync("/any", string.Format(format, _forge.Valid()));
        await AssertRefusedAsync(response);
    }

    [Fact]
    public async Task Several_Authorization_headers_are_refused()
    {
        await using var raw = new RawHttp(new Uri(_app.Urls.Single()));
        foreach (var (first, second) in ((string, string)[])[(_forge.Valid(), _forge.Valid()), (_forge.Valid(), "x"), ("x", _forge.Valid())])
        {
            var answer = await raw.SendAsync(
                $"GET /any HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {first}\r\nAuthorization: Bearer {second}\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
            Assert.Contains("error=\"invalid_token\"", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_token_the_challenge_has_no_error()
    {
        foreach (var authorization in (string[][])[[], ["Basic YWxpY2U6c2VjcmV0"], ["Bearer"]])
        {
            using var response = await GetAsync("/any", authorization);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal(new AuthenticationHeaderValue("Bearer"), response.Headers.WwwAuthenticate.Single());
        }
    }

    [Fact]
    public async Task All_refusals_look_the_same_to_the_caller()
    {
        string[] tokens =
        [
            "x", _forge.WithClaim("exp", 1), _forge.WithClaim("iss", "other"), _forge.WithHeader("kid", "nobody"),
            _forge.WithHeader("alg", "none"), _forge.Valid() + "=",
        ];
        var answers = new HashSet<string>();
        foreach (var token in tokens)
        {
            using var response = await GetAsync("/any", "Bearer " + token);
            await AssertRefusedAsync(response);
            answers.Add(await response.Content.ReadAsStringAsync());
        }

        Assert.Single(answers);
    }

    [Fact]
    public async Task Another_role_is_forbidden()
    {
        using var reader = await GetAsync("/admin", "Bearer " + _forge.WithClaim("roles", "reader"));
        Assert.Equal(HttpStatusCode.Forbidden, reader.StatusCode);
        Assert.Equal("application/problem+json", reader.Content.Headers.ContentType?.MediaType);
        using var administrator = await GetAsync("/admin", "Bearer " + _forge.WithClaim("roles", "platform-admin"));
        Assert.Equal(HttpStatusCode.OK, administrator.StatusCode);
    }

    [Fact]
    public async Task The_log_says_why_and_never_shows_the_token()
    {
        var token = _forge.WithClaim("exp", 1);
        (await GetAsync("/any", "Bearer " + token)).Dispose();
        lock (_log)
        {
            Assert.Contains(_log, line => line.Contains("A token was refused: Expired", StringComparison.Ordinal));
            Assert.DoesNotContain(_log, line => token.Split('.').Any(part => line.Contains(part, StringComparison.Ordinal)));
        }
    }

    static async Task AssertRefusedAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\"", response.Headers.WwwAuthenticate.Single().ToString());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"status\":401", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    sealed class ListLogger(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add(formatter(state, exception) + exception);
        }

        public void Dispose()
        {
        }
    }
}
