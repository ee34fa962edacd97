using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Configuration;

public sealed class OcrOptionsTests
{
    [Fact]
    public void Everything_that_can_be_configured()
    {
        var options = Read("""
            {
              "Servers": [ "https://ocr-1:8500", "http://ocr-2:8500" ],
              "Quota": "pages", "Timeout": "00:02:00", "PageTimeout": "00:00:20", "MaxAttempts": 2,
              "Pools": { "cyrillic": { "Servers": [ "http://paddle:8001" ], "Protocol": "paddlex", "Languages": [ "ru", "bg" ], "Handwriting": true,
                "ConcurrencyPerServer": 2, "ResolveNames": true, "ResolveInterval": "00:01:00", "Model": "ocr-ru", "PagesPerCall": 5 } },
              "Input": { "MaxBytes": 1000, "MaxPixels": 2000, "MaxPages": 3 },
              "Queue": { "MaxCalls": 4, "MaxCallsPerTenant": 2, "MaxBytes": 1048576 },
              "Tenants": { "MaxConcurrent": 1, "PagesPerMinute": 60, "BytesPerMinute": 2048 },
              "Tiers": { "enterprise": { "MaxConcurrent": 9 } },
              "Tls": { "ReloadInterval": "00:00:10" }
            }
            """);
        Assert.Equal((2, "pages"), (options.Servers.Count, options.Quota));
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(20), 2), (options.Timeout, options.PageTimeout, options.MaxAttempts));
        var pool = options.Pools["cyrillic"];
        Assert.Equal((OcrProtocol.PaddleX, true, 2, true, "ocr-ru", 5),
            (pool.Protocol, pool.Handwriting, pool.ConcurrencyPerServer, pool.ResolveNames, pool.Model, pool.PagesPerCall));
        Assert.Equal(["ru", "bg"], pool.Languages);
        Assert.Equal((1000, 2000L, 3), (options.Input.MaxBytes, options.Input.MaxPixels, options.Input.MaxPages));
        Assert.Equal((4, 2, 1048576L), (options.Queue.MaxCalls, options.Queue.MaxCallsPerTenant, options.Queue.MaxBytes));
        Assert.Equal((1, 60, 2048L), (options.Tenants.MaxConcurrent, options.Tenants.PagesPerMinute, options.Tenants.BytesPerMinute));
        Assert.Equal(9, options.Tiers["enterprise"].MaxConcurrent);
        Assert.Equal(TimeSpan.FromSeconds(10), options.Tls.ReloadInterval);
    }

    [Theory]
    [InlineData("""{ }""", "Tenancy:Ocr:Servers is empty")]
    [InlineData("""{ "Servers": [ "ocr-1:8500" ] }""", "Tenancy:Ocr:Servers:0 is no address")]
    [InlineData("""{ "Servers": [ "https://user:secret@ocr-1" ] }""", "Tenancy:Ocr:Servers:0 is no address")]
    [InlineData("""{ "Servers": [ "https://ocr-1/path" ] }""", "Tenancy:Ocr:Servers:0 is no address")]
    [InlineData("""{ "Servers": "https://ocr-1" }""", "Tenancy:Ocr:Servers is 'https://ocr-1'. Give a list.")]
    [InlineData("""{ "Servers": [ "https://a" ], "Pools": { "default": { "Servers": [ "https://b" ] } } }""", "are the same pool")]
    [InlineData("""{ "Pools": { "x": { } } }""", "Tenancy:Ocr:Pools:x:Servers is empty")]
    [InlineData("""{ "Pools": { "X!": { "Servers": [ "http://a" ] } } }""", "Tenancy:Ocr:Pools:X! is not a pool name")]
    [InlineData("""{ "Pools": { "x": { "Servers": [ "http://a" ], "ConcurrencyPerServer": 0 } } }""", "Tenancy:Ocr:Pools:x:ConcurrencyPerServer is '0'. Give 1 to 1000 calls.")]
    [InlineData("""{ "Pools": { "x": { "Servers": [ "http://a" ], "Languages": [ "d!" ] } } }""", "Tenancy:Ocr:Pools:x:Languages is 'd!'")]
    [InlineData("""{ "Pools": { "x": { "Servers": [ "http://a" ], "Protocol": "soap" } } }""", "Tenancy:Ocr:Pools:x:Protocol is 'soap'. Give one of: tenancy, paddlex.")]
    [InlineData("""{ "Servers": [ "http://a" ], "Timeout": "never" }""", "Tenancy:Ocr:Timeout is 'never'")]
    [InlineData("""{ "Servers": [ "http://a" ], "PageTimeout": "00:00:00" }""", "Tenancy:Ocr:PageTimeout is '00:00:00'")]
    [InlineData("""{ "Servers": [ "http://a" ], "MaxAttempts": 99 }""", "Tenancy:Ocr:MaxAttempts is '99'. Give 1 to 10 attempts.")]
    [InlineData("""{ "Servers": [ "http://a" ], "Input": { "MaxPages": 0 } }""", "Tenancy:Ocr:Input:MaxPages is '0'. Give 1 to 10,000 pages.")]
    [InlineData("""{ "Servers": [ "http://a" ], "Queue": { "MaxBytes": 1 } }""", "Tenancy:Ocr:Queue:MaxBytes is '1'")]
    [InlineData("""{ "Servers": [ "http://a" ], "Tiers": { "t": { "PagesPerMinute": -1 } } }""", "Tenancy:Ocr:Tiers:t:PagesPerMinute is '-1'")]
    [InlineData("""{ "Servers": [ "http://a" ], "Tls": { "Certificate": "x.pem" } }""", "Tenancy:Ocr:Tls:Certificate and Tenancy:Ocr:Tls:Key belong together")]
    [InlineData("""{ "Servers": [ "http://a" ], "Tls": { "Roots": "/nowhere/roots.pem" } }""", "Tenancy:Ocr:Tls cannot be read")]
    [InlineData("""{ "Servers": [ "http://a" ], "Server": "b" }""", "Tenancy:Ocr:Server is not a known key")]
    public void Every_mistake_is_named_with_its_key(string json, string expected)
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read(json));
        Assert.Contains(error.Failures, failure => failure.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_language_and_the_writing_choose_the_pool()
    {
        await using var host = new OcrHost(options =>
        {
            options.Servers.Add("http://127.0.0.1:1");
            foreach (var (name, languages, handwriting) in new[] { ("latin", "de,fr", false), ("hand", "de", true), ("chinese", "zh-Hans,en", false) })
            {
                var pool = new OcrPoolOptions { Handwriting = handwriting, Servers = { "http://127.0.0.1:1" } };
                foreach (var language in languages.Split(','))
                    pool.Languages.Add(language);
                options.Pools[name] = pool;
            }
        });
        Assert.Equal("default", Choose([]));
        Assert.Equal("latin", Choose(["de"]));
        Assert.Equal("latin", Choose(["de-AT"]));
        Assert.Equal("hand", Choose(["de"], handwriting: true));
        Assert.Equal("chinese", Choose(["zh-Hans", "en"]));
        // Only the pool for all reads traditional Chinese.
        Assert.Equal("default", Choose(["zh-Hant"]));
        Assert.Equal("default", Choose(["deu"]));
        Assert.Equal("latin", Choose([], pool: "latin"));
        Assert.Throws<ArgumentException>(() => Choose([], pool: "none"));

        string Choose(string[] languages, bool handwriting = false, string? pool = null) =>
            host.Pools.Choose(new OcrRequestOptions { Languages = languages, Handwriting = handwriting, Pool = pool }).Name;
    }

    [Fact]
    public async Task A_language_that_no_pool_reads_is_refused()
    {
        await using var host = new OcrHost(options => options.Pools["latin"] = new OcrPoolOptions { Servers = { "http://127.0.0.1:1" }, Languages = { "de" } });
        var error = await Assert.ThrowsAsync<OcrException>(() => host.Client.ReadAsync(new OcrDocument(Samples.Png("t")), new OcrRequestOptions { Languages = ["th"] }));
        Assert.Equal((GrpcStatusCode.FailedPrecondition, OcrReasons.LanguageUnsupported), (error.Status, error.Reason));
    }

    static OcrOptions Read(string json)
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes($$"""{ "Tenancy": { "Ocr": {{json}} } }"""))).Build();
        var services = new ServiceCollection().AddLogging();
        services.AddTenancy(configuration.GetSection("Tenancy")).UsePaddleOcr();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<OcrOptions>>().Value;
    }
}
