// OrcTable: the unwind rows of the kernel or a module, searched in place.
using System.Buffers.Binary;

namespace VaQuest.DebugInfo.Orc;

/// <summary>
/// The pair of tables .orc_unwind_ip (32-bit place-relative addresses, sorted) and .orc_unwind (rows) as they lie in memory. Nothing is copied:
/// a lookup reads about log2(count) words. Among rows of one address the last wins, as in the kernel (arch/x86/kernel/unwind_orc.c).
/// </summary>
public sealed class OrcTable
{
    /// <summary>More rows than any kernel has (about 400,000 in a distribution's).</summary>
    public const int MaxRows = 16_000_000;

    private readonly ulong _addresses;
    private readonly ulong _rows;
    private readonly int _count;
    private readonly OrcLayout _layout;
    private readonly MemoryReader _read;

    /// <param name="addresses">Address of the first 32-bit entry.</param>
    /// <param name="rows">Address of the first row.</param>
    /// <param name="count">Rows, 0 to <see cref="MaxRows"/>.</param>
    /// <param name="layout">Layout of the rows.</param>
    /// <param name="read">Reads the memory that holds both.</param>
    public OrcTable(ulong addresses, ulong rows, int count, OrcLayout layout, MemoryReader read)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxRows);
        _addresses = addresses;
        _rows = rows;
        _count = count;
        _layout = layout;
        _read = read;
    }

    public int Count => _count;

    /// <summary>Finds the row for an address; false when none covers it or the table's page is missing.</summary>
    public bool TryFind(ulong address, out OrcRow row)
    {
        row = default;
        int low = 0;
        int high = _count;
        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (!TryReadAddress(middle, out ulong at))
            {
                return false;
            }

            if (at <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        Span<byte> bytes = stackalloc byte[OrcRow.Size];
        if (low == 0 || !_read(unchecked(_rows + ((ulong)(low - 1) * OrcRow.Size)), bytes))
        {
            return false;
        }

        row = OrcDecoder.Decode(bytes, _layout);
        return true;
    }

    private bool TryReadAddress(int index, out ulong address)
    {
        Span<byte> bytes = stackalloc byte[4];
        ulong place = unchecked(_addresses + ((ulong)index * 4));
        bool isRead = _read(place, bytes);
        address = isRead ? unchecked(place + (ulong)(long)BinaryPrimitives.ReadInt32LittleEndian(bytes)) : 0;
        return isRead;
    }
}
