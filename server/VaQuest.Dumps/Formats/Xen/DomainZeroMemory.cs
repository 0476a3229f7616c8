// DomainZeroMemory: a Xen host's memory as its domain 0 sees it.
using VaQuest.Binary;

namespace VaQuest.Dumps.Formats.Xen;

/// <summary>
/// A kdump of a Xen host holds the machine's memory, while the Linux kernel in domain 0 counts its pages by itself. Reads go through
/// domain 0's table of frames; so the kernel's own addresses mean what they mean to it.
/// </summary>
internal sealed class DomainZeroMemory : IPhysicalMemory, IPageInventory
{
    private readonly IPhysicalMemory _machine;
    private readonly IPageInventory _pages;
    private readonly DomainZeroFrames _frames;

    private DomainZeroMemory(IPhysicalMemory machine, IPageInventory pages, DomainZeroFrames frames)
    {
        _machine = machine;
        _pages = pages;
        _frames = frames;
    }

    public DomainZeroFrames Frames => _frames;

    public int PageSize => _pages.PageSize;

    public Pfn EndPfn => new(_frames.EndPfn);

    /// <summary>Domain 0's view, or null when the dump is not of a Xen host whose domain 0 has a table of frames.</summary>
    public static DomainZeroMemory? Find(DumpInput input, IReadOnlyList<DumpNote> notes, IPhysicalMemory machine, IPageInventory pages, int word)
    {
        DomainZeroFrames? frames = DomainZeroFrames.Find(input, notes, machine, word, pages.PageSize);
        if (frames is null)
        {
            return null;
        }

        input.AddDetail("Physical addresses", "domain 0's own, by its table of machine frames");
        return new DomainZeroMemory(machine, pages, frames);
    }

    public ReadOutcome Read(PhysAddr address, Span<byte> destination)
    {
        int done = 0;
        ulong size = (ulong)PageSize;
        while (done < destination.Length)
        {
            ulong at = unchecked(address.Value + (ulong)done);
            int count = (int)Math.Min((ulong)(destination.Length - done), size - (at % size));
            ReadOutcome outcome = at < address.Value || !_frames.TryToMachine(at / size, out ulong frame)
                ? new ReadOutcome(ReadStatus.NotInDump, 0, at)
                : _machine.Read(new PhysAddr((frame * size) + (at % size)), destination.Slice(done, count));
            done += outcome.BytesRead;
            if (!outcome.IsOk)
            {
                destination[done..].Clear();
                return new ReadOutcome(outcome.Status, done, unchecked(address.Value + (ulong)done));
            }
        }

        return ReadOutcome.Success(done);
    }

    public PageState StateOf(Pfn pfn) =>
        _frames.TryToMachine(pfn.Value, out ulong frame) ? _pages.StateOf(new Pfn(frame)) : PageState.Hole;

    public IEnumerable<PhysicalRange> EnumeratePresent() => Enumerate(frame => _pages.StateOf(new Pfn(frame)) is PageState.Present or PageState.Lost);

    public IEnumerable<PhysicalRange> EnumerateRam() => Enumerate(static _ => true);

    private IEnumerable<PhysicalRange> Enumerate(Func<ulong, bool> isWanted)
    {
        ulong size = (ulong)PageSize;
        ulong first = 0;
        ulong end = 0;
        foreach ((ulong pfn, ulong frame) in _frames.Enumerate())
        {
            if (!isWanted(frame))
            {
                continue;
            }

            if (pfn != end || end == first)
            {
                if (end > first)
                {
                    yield return new PhysicalRange(new PhysAddr(first * size), (end - first) * size);
                }

                first = pfn;
            }

            end = pfn + 1;
        }

        if (end > first)
        {
            yield return new PhysicalRange(new PhysAddr(first * size), (end - first) * size);
        }
    }
}
