namespace Inbox.Tour;

/// <summary>The tour cannot go on.</summary>
sealed class TourException(string message) : Exception(message);
