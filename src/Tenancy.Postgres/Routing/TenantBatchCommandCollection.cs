using System.Data.Common;

namespace Tenancy;

/// <summary>The statements of a <see cref="TenantBatch"/>, in the order they run.</summary>
public sealed class TenantBatchCommandCollection : DbBatchCommandCollection
{
    internal List<TenantBatchCommand> Items { get; } = [];

    /// <inheritdoc/>
    public override int Count => Items.Count;

    /// <inheritdoc/>
    public override bool IsReadOnly => false;

    /// <summary>Adds a statement.</summary>
    public TenantBatchCommand Add(string commandText)
    {
        var command = new TenantBatchCommand(commandText);
        Items.Add(command);
        return command;
    }

    /// <inheritdoc/>
    public override void Add(DbBatchCommand item) => Items.Add(Own(item));

    /// <inheritdoc/>
    public override void Clear() => Items.Clear();

    /// <inheritdoc/>
    public override bool Contains(DbBatchCommand item) => IndexOf(item) >= 0;

    /// <inheritdoc/>
    public override void CopyTo(DbBatchCommand[] array, int arrayIndex)
    {
        ArgumentNullException.ThrowIfNull(array);
        foreach (var item in Items)
            array[arrayIndex++] = item;
    }

    /// <inheritdoc/>
    public override IEnumerator<DbBatchCommand> GetEnumerator() => Items.GetEnumerator();

    /// <inheritdoc/>
    public override int IndexOf(DbBatchCommand item) => item is TenantBatchCommand own ? Items.IndexOf(own) : -1;

    /// <inheritdoc/>
    public override void Insert(int index, DbBatchCommand item) => Items.Insert(index, Own(item));

    /// <inheritdoc/>
    public override bool Remove(DbBatchCommand item) => item is TenantBatchCommand own && Items.Remove(own);

    /// <inheritdoc/>
    public override void RemoveAt(int index) => Items.RemoveAt(index);

    /// <inheritdoc/>
    protected override DbBatchCommand GetBatchCommand(int index) => Items[index];

    /// <inheritdoc/>
    protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => Items[index] = Own(batchCommand);

    static TenantBatchCommand Own(DbBatchCommand item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return TenantObjects.Own<TenantBatchCommand>(item)!;
    }
}
