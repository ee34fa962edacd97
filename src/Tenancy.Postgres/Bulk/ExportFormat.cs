namespace Tenancy;

/// <summary>How exported rows are written; see COPY in PostgreSQL's documentation.</summary>
public enum ExportFormat
{
    /// <summary>Comma-separated values in UTF-8, without a header. The default.</summary>
    Csv,

    /// <summary>Comma-separated values with a line of column names first.</summary>
    CsvWithHeader,

    /// <summary>PostgreSQL's own text format: tab-separated, backslash escapes.</summary>
    Text,

    /// <summary>PostgreSQL's binary format; to a stream only.</summary>
    Binary,
}
