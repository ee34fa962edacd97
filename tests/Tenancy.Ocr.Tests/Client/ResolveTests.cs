using System.Net;
using Tenancy.Ocr.Tests.Support;

namespace Tenancy.Ocr.Tests.Client;

/// <summary>Servers by the addresses of a name.</summary>
public sealed class ResolveTests
{
    [Fact]
    public async Task Each_address_of_a_name_is_a_server()
    {
        await using var server = await OcrServer.StartAsync();
        await using var host = new OcrHost(options => options.Pools["names"] = new OcrPoolOptions
        {
            // As every machine has it: 127.0.0.1, and ::1 perhaps, where nobody listens.
            Servers = { $"http://localhost:{server.Address.Port}" },
            ResolveNames = true,
        });
        for (var i = 0; i < 5; i++)
            Assert.Equal("name-1", (await host.Client.ReadAsync(new OcrDocument(Samples.Png("name-1")))).Text);
        var addresses = await Dns.GetHostAddressesAsync("localhost");
        Assert.Equal(addresses.Distinct().Order(Comparer<IPAddress>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()))),
            host.Pool("names").Endpoints.Select(endpoint => endpoint.Address.Pinned!.Address).Order(Comparer<IPAddress>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString()))));
    }

    [Fact]
    public async Task A_failure_has_names_looked_up_at_once_and_silence_by_the_interval()
    {
        var time = new ManualTime();
        var book = new AddressBook("p", [new Uri("http://ocr.test")], new OcrPoolOptions { ResolveInterval = TimeSpan.FromSeconds(30) }, time,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var asked = new TaskCompletionSource();
        var quiet = book.WaitAsync(new TaskCompletionSource().Task, default);
        var urgent = book.WaitAsync(asked.Task, default);
        asked.SetResult();
        Assert.False(urgent.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await urgent.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(quiet.IsCompleted);
        // The second wait begins when the first has ended, on another thread perhaps.
        while (!quiet.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(10);
        }
    }
}
