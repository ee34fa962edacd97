using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tenancy.Core.Tests;

/// <summary>What is started inside a tenant's scope and outlives it: absent, never stale; and never there where detached.</summary>
public sealed class DetachTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    readonly TenantContext _tenants = new();
    readonly Tenant _a = Sample.Tenant("tenant-a");
    readonly Tenant _b = Sample.Tenant("tenant-b");

    [Fact]
    public async Task Detached_there_is_no_tenant_and_afterwards_the_outer_one_again()
    {
        using var outer = _tenants.Enter(_a);
        using (var detached = _tenants.Detach())
        {
            Assert.Null(detached.Tenant);
            Assert.Null(_tenants.Current);
            using (_tenants.Enter(_b))
                Assert.Same(_b, await Task.Run(() => _tenants.Current));
            Assert.Null(_tenants.Current);
            detached.Dispose();
            Assert.Same(_a, _tenants.Current);
        }

        Assert.Same(_a, _tenants.Current);
        await _tenants.RunWithoutTenantAsync(async () =>
        {
            Assert.Null(_tenants.Current);
            await Task.Yield();
            Assert.Null(_tenants.Current);
        });
        Assert.Same(_a, _tenants.Current);
    }

    [Fact]
    public async Task A_detached_scope_disposed_elsewhere_gives_nobody_a_tenant()
    {
        using var outer = _tenants.Enter(_a);
        var detached = _tenants.Detach();
        Task elsewhere;
        using (ExecutionContext.SuppressFlow())
        {
            elsewhere = Task.Run(() =>
            {
                detached.Dispose();
                Assert.Null(_tenants.Current);
            });
        }

        await elsewhere;
    }

    [Fact]
    public async Task A_scope_that_has_ended_cannot_be_left_into_its_outer_one_by_work_that_was_started_inside()
    {
        using var outer = _tenants.Enter(_a);
        foreach (var make in new Func<TenantScope>[] { () => _tenants.Enter(_b), () => _tenants.Detach() })
        {
            var inner = make();
            var ended = new TaskCompletionSource();
            var started = Task.Run(async () =>
            {
                await ended.Task;
                inner.Dispose();
                return _tenants.Current;
            });
            inner.Dispose();
            ended.SetResult();
            Assert.Null(await started);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_background_service_started_inside_a_scope(bool detached)
    {
        var service = new Loop(_tenants);
        using (_tenants.Enter(_a))
        {
            using (detached ? _tenants.Detach() : null)
                await service.StartAsync(CancellationToken.None);
            // Not detached it works for whoever happened to start it: this is what Detach() is for.
            Assert.Same(detached ? null : _a, await service.AskAsync());
        }

        Assert.Null(await service.AskAsync());
        using (_tenants.Enter(_b))
            Assert.Null(await service.AskAsync());
        await service.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_timer_made_inside_a_scope(bool detached)
    {
        var ticks = Channel.CreateUnbounded<Tenant?>();
        Timer timer;
        using (_tenants.Enter(_a))
        {
            using (detached ? _tenants.Detach() : null)
                timer = new Timer(_ => ticks.Writer.TryWrite(_tenants.Current), null, 0, Timeout.Infinite);
            Assert.Same(detached ? null : _a, await ReadAsync(ticks));
        }

        await using (timer)
        {
            timer.Change(0, Timeout.Infinite);
            Assert.Null(await ReadAsync(ticks));
            using (_tenants.Enter(_b))
            {
                timer.Change(0, Timeout.Infinite);
                Assert.Null(await ReadAsync(ticks));
            }
        }
    }

    [Fact]
    public async Task A_reader_of_a_channel_does_not_work_for_the_writers_tenant()
    {
        var requests = Channel.CreateUnbounded<int>(new() { AllowSynchronousContinuations = true });
        var answers = Channel.CreateUnbounded<Tenant?>();
        var reader = Task.Run(async () =>
        {
            await foreach (var _ in requests.Reader.ReadAllAsync())
                answers.Writer.TryWrite(_tenants.Current);
        });
        using (_tenants.Enter(_a))
        {
            for (var i = 0; i < 50; i++)
            {
                requests.Writer.TryWrite(i);
                Assert.Null(await ReadAsync(answers));
            }
        }

        requests.Writer.Complete();
        await reader;
    }

    [Fact]
    public async Task A_task_started_inside_a_scope_has_its_tenant_for_as_long_as_the_scope_lives()
    {
        var ask = Channel.CreateUnbounded<int>();
        var answers = Channel.CreateUnbounded<Tenant?>();
        Task running;
        using (_tenants.Enter(_a))
        {
            running = Task.Run(async () =>
            {
                await foreach (var _ in ask.Reader.ReadAllAsync())
                    answers.Writer.TryWrite(_tenants.Current);
            });
            ask.Writer.TryWrite(1);
            Assert.Same(_a, await ReadAsync(answers));
        }

        ask.Writer.TryWrite(2);
        Assert.Null(await ReadAsync(answers));
        ask.Writer.Complete();
        await running;
    }

    [Fact]
    public async Task A_singleton_made_lazily_inside_a_scope_keeps_no_tenant()
    {
        await using var services = new ServiceCollection().AddSingleton<ITenantContext>(_tenants).AddSingleton<Loop>().BuildServiceProvider();
        Loop service;
        using (_tenants.Enter(_a))
        {
            service = services.GetRequiredService<Loop>();
            await service.StartAsync(CancellationToken.None);
        }

        using (_tenants.Enter(_b))
            Assert.Null(await service.AskAsync());
        await service.StopAsync(CancellationToken.None);
    }

    static Task<Tenant?> ReadAsync(Channel<Tenant?> channel) => channel.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    sealed class Loop(ITenantContext tenants) : BackgroundService
    {
        readonly Channel<TaskCompletionSource<Tenant?>> _questions = Channel.CreateUnbounded<TaskCompletionSource<Tenant?>>();

        public Task<Tenant?> AskAsync()
        {
            var question = new TaskCompletionSource<Tenant?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _questions.Writer.TryWrite(question);
            return question.Task.WaitAsync(Patience);
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await foreach (var question in _questions.Reader.ReadAllAsync(stoppingToken))
                question.SetResult(tenants.Current);
        }
    }
}
