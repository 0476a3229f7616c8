// FakePhysicalMemory: sparse physical memory that tests fill, with pages missing for chosen reasons.
using System.Buffers.Binary;
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.Kernel.Tests;

/// <summary>Pages of 4 KiB; a page that was never written is not in the dump.</summary>
internal sealed class FakePhysicalMemory : IPhysicalMemory
{
    private const int PageSize = 4096;

    private readonly Dictionary<ulong, byte[]> _pages = [];
    private readonly Dictionary<ulong, ReadStatus> _missing = [];

    public void Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            ulong at = address + (ulong)i;
            if (!_pages.TryGetValue(at / PageSize, out byte[]? page))
            {
                _pages[at / PageSize] = page = new byte[PageSize];
            }

            page[at % PageSize] = bytes[i];
        }
    }

    public void WriteUInt64(ulong address, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Write(address, bytes);
    }

    public void Lose(ulong address, ReadStatus reason)
    {
        _pages.Remove(address / PageSize);
        _missing[address / PageSize] = reason;
    }

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            ulong at = address.Value + (ulong)i;
            if (!_pages.TryGetValue(at / PageSize, out byte[]? page))
            {
                destination[i..].Clear();
                return new ReadOutcome(_missing.GetValueOrDefault(at / PageSize, ReadStatus.NotInDump), i, at);
            }

            destination[i] = page[at % PageSize];
        }

        return ReadOutcome.Success(destination.Length);
    }
}
