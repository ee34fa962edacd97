namespace Tenancy;

/// <summary>A table of the tenant's.</summary>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns, but <c>tenant_id</c> and those that are computed.</param>
/// <param name="References">Its foreign keys.</param>
internal sealed record IsolatedTable(string Schema, string Name, IReadOnlyList<IsolatedColumn> Columns, IReadOnlyList<Reference> References)
{
    /// <summary>As the application names it: the scope finds the schema.</summary>
    public string Plain => SqlIdentifier.Quote(Name);

    /// <summary>As an attacker of a neighbour names it.</summary>
    public string Qualified => $"{SqlIdentifier.Quote(Schema)}.{Plain}";
}

/// <summary>A column that a row gives a value to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as PostgreSQL writes it.</param>
/// <param name="Base">The name of the type below domains and arrays.</param>
/// <param name="Category">PostgreSQL's category of it (documentation, §53.64): S text, N number, A array, E enum, and so on.</param>
/// <param name="IsRequired">Whether null is refused.</param>
/// <param name="HasDefault">Whether it may be left out.</param>
/// <param name="IsNumbered">Whether its default counts up: then the rows have numbers that it does not reach.</param>
/// <param name="IsKey">Whether it is part of the primary key.</param>
/// <param name="IsChecked">Whether a check constraint restricts it.</param>
/// <param name="Length">Characters it takes at most; none where it takes any.</param>
/// <param name="Label">An enum's first label.</param>
internal sealed record IsolatedColumn(
    string Name, string Type, string Base, char Category, bool IsRequired, bool HasDefault, bool IsNumbered, bool IsKey, bool IsChecked,
    int? Length, string? Label);

/// <summary>A foreign key, without <c>tenant_id</c>.</summary>
/// <param name="Column">The column that refers.</param>
/// <param name="Schema">The schema of the table referred to.</param>
/// <param name="Table">That table.</param>
/// <param name="Target">The column referred to.</param>
internal sealed record Reference(string Column, string Schema, string Table, string Target);
