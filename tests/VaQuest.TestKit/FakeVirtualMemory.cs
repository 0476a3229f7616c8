// FakeVirtualMemory: sparse virtual memory made of byte arrays, for tables that live in a kernel.
namespace VaQuest.TestKit;

/// <summary>Regions at chosen addresses; everything else is missing.</summary>
public sealed class FakeVirtualMemory
{
    private readonly SortedDictionary<ulong, byte[]> _regions = [];

    public void Add(ulong address, byte[] bytes) => _regions[address] = bytes;

    /// <summary>The delegate that table readers take.</summary>
    public bool Read(ulong address, Span<byte> destination)
    {
        foreach ((ulong start, byte[] bytes) in _regions)
        {
            ulong offset = unchecked(address - start);
            if (offset <= (ulong)bytes.Length && (ulong)destination.Length <= (ulong)bytes.Length - offset)
            {
                bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
                return true;
            }
        }

        destination.Clear();
        return false;
    }
}
