// ScrubbedMemory: a dump's memory with every page that holds a text made unreadable.
using System.Collections.Concurrent;
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.Kernel.Tests.Recovery;

/// <summary>Takes VMCOREINFO out of a real dump's memory, so that the kernel must be found in another way.</summary>
internal sealed class ScrubbedMemory(IPhysicalMemory inner, string text) : IPhysicalMemory
{
    private const int PageSize = 4096;

    private readonly byte[] _text = System.Text.Encoding.ASCII.GetBytes(text);
    private readonly ConcurrentDictionary<ulong, bool> _hidden = new();

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        for (int done = 0; done < destination.Length;)
        {
            PhysAddr at = address + (ulong)done;
            int inPage = (int)(at.Value % PageSize);
            int count = Math.Min(destination.Length - done, PageSize - inPage);
            bool isHidden = _hidden.GetOrAdd(at.Value / PageSize, IsHidden);
            ReadOutcome outcome = isHidden ? new ReadOutcome(ReadStatus.Excluded, 0, at.Value) : inner.Read(at, destination.Slice(done, count));
            done += outcome.BytesRead;
            if (!outcome.IsOk)
            {
                destination[done..].Clear();
                return outcome with { BytesRead = done };
            }
        }

        return ReadOutcome.Success(destination.Length);
    }

    private bool IsHidden(ulong page)
    {
        byte[] bytes = new byte[PageSize];
        return inner.Read(new PhysAddr(page * PageSize), bytes).IsOk && bytes.AsSpan().IndexOf(_text) >= 0;
    }
}
