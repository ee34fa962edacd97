namespace Inbox.Commands;

/// <summary>What the program does instead of serving, when its first argument names it.</summary>
sealed class Command
{
    static readonly Dictionary<string, Func<CommandOptions, Task>> Commands = new(StringComparer.Ordinal)
    {
        ["keys"] = KeysCommand.RunAsync,
        ["token"] = TokenCommand.RunAsync,
        ["install"] = InstallCommand.RunAsync,
    };

    readonly Func<CommandOptions, Task> _run;
    readonly string[] _arguments;

    Command(Func<CommandOptions, Task> run, string[] arguments) => (_run, _arguments) = (run, arguments);

    /// <summary>The command that the arguments begin with, or none: then the API is to be served.</summary>
    public static Command? Find(string[] args) =>
        args is [var name, .. var rest] && Commands.TryGetValue(name, out var run) ? new Command(run, rest) : null;

    public async Task<int> RunAsync()
    {
        try
        {
            await _run(CommandOptions.Parse(_arguments));
            return 0;
        }
        catch (CommandException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }

    /// <summary>A host with the configuration of the API, which is not started.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args) =>
        WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
}
