namespace Inbox.Commands;

/// <summary>A command was called in a way that cannot work; the message says what to change.</summary>
sealed class CommandException(string message) : Exception(message);
