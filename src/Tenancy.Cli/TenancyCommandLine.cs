using System.CommandLine;
using Npgsql;
using Tenancy.Cli.Linting;

namespace Tenancy.Cli;

/// <summary>The commands of <c>tenancy</c>. A new one is a folder with a class that makes it, added here.</summary>
static class TenancyCommandLine
{
    public static async Task<int> RunAsync(string[] args, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var root = new RootCommand("Tools for PostgreSQL databases of many tenants.") { LintCommand.Create(surroundings) };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await surroundings.Error.WriteLineAsync(error.Message);
            await surroundings.Error.WriteLineAsync("Run 'tenancy --help', or 'tenancy lint --help'.");
            return ExitCode.Failed;
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = surroundings.Out, Error = surroundings.Error, EnableDefaultExceptionHandler = false }, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await surroundings.Error.WriteLineAsync("Stopped.");
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is CommandException or InvalidOperationException or FormatException or IOException
                                      or UnauthorizedAccessException or NpgsqlException)
        {
            await surroundings.Error.WriteLineAsync(e.Message);
            return ExitCode.Failed;
        }
    }
}

/// <summary>A mistake in how a command was called; the message says what to do.</summary>
sealed class CommandException(string message) : Exception(message);
