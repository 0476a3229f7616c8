// KernelMemory: the crashed kernel's virtual memory, page by page over the dump's physical memory.
using VaQuest.Binary;
using VaQuest.Dumps;

namespace VaQuest.Kernel.Memory;

/// <summary>Reads kernel virtual addresses. Safe for concurrent readers; never throws on data.</summary>
public sealed class KernelMemory : IKernelMemory
{
    private readonly IPhysicalMemory _physical;
    private readonly IAddressTranslator _translator;
    private readonly TranslationCache _cache = new();
    private readonly uint _pageSize;

    /// <param name="physical">The dump.</param>
    /// <param name="translator">The architecture's translation.</param>
    /// <param name="pageSize">Smallest page in bytes, a power of two.</param>
    public KernelMemory(IPhysicalMemory physical, IAddressTranslator translator, int pageSize = 4096)
    {
        _physical = physical;
        _translator = translator;
        _pageSize = (uint)pageSize;
    }

    public PhysAddr? Translate(VirtAddr address, out ReadStatus status)
    {
        ulong inPage = address.Value & (_pageSize - 1);
        VirtAddr page = address - inPage;
        if (_cache.TryGet(page.Value, out ulong cached))
        {
            status = ReadStatus.Ok;
            return new PhysAddr(cached) + inPage;
        }

        Translation translation = _translator.Translate(page);
        status = translation.Status;
        if (!translation.IsOk)
        {
            return null;
        }

        _cache.Put(page.Value, translation.Physical.Value);
        return translation.Physical + inPage;
    }

    public ReadOutcome Read(VirtAddr address, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            VirtAddr at = address + (ulong)done;
            int part = (int)Math.Min((ulong)(destination.Length - done), _pageSize - (at.Value & (_pageSize - 1)));
            ReadStatus status = ReadPart(at, destination.Slice(done, part), out int got);
            done += got;
            if (status != ReadStatus.Ok)
            {
                destination[done..].Clear();
                return new ReadOutcome(status, done, unchecked(address.Value + (ulong)done));
            }
        }

        return ReadOutcome.Success(done);
    }

    private ReadStatus ReadPart(VirtAddr address, Span<byte> destination, out int got)
    {
        got = 0;
        if (Translate(address, out ReadStatus status) is not { } physical)
        {
            return status;
        }

        ReadOutcome outcome = _physical.Read(physical, destination);
        got = outcome.BytesRead;
        return outcome.Status;
    }
}
