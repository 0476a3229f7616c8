// SlabDebug: reads what slab debugging wrote around an object.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;

namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>
/// The layout of an object with debugging (mm/slub.c, "Object layout"): left red zone, object, right red zone to the cache's inuse, the free pointer
/// when it is outside of the object, two struct track. Never throws on data.
/// </summary>
public static class SlabDebug
{
    private const byte RedInactive = 0xbb;

    private const byte RedActive = 0xcc;

    private const byte PoisonFree = 0x6b;

    private const byte PoisonEnd = 0xa5;

    /// <summary>Bytes of an object that are compared: larger objects are kmalloc's, checked to here.</summary>
    private const ulong MaxChecked = 64 * 1024;

    /// <summary>TRACK_ADDRS_COUNT.</summary>
    private const int MaxFrames = 64;

    /// <summary>Damage of red zones and poison, one sentence each with the first wrong byte; none when all is well or the cache has no debugging.</summary>
    public static IReadOnlyList<string> Check(KernelReader reader, SlabObject found)
    {
        var problems = new List<string>();
        SlabCache cache = found.Cache;
        bool isFree = found.State is SlabObjectState.Free;
        if (found.State is not (SlabObjectState.Free or SlabObjectState.Allocated))
        {
            return problems;
        }

        if (cache.HasRedZone)
        {
            byte red = isFree ? RedInactive : RedActive;
            CheckBytes(problems, reader, found.Start - cache.LeftRedZone, cache.LeftRedZone, red, "the red zone before the object");

            // Of kmalloc() the red zone begins behind what was asked for, which is a part of the object: that part is not checked.
            ulong behind = cache.InUse > cache.ObjectSize ? cache.InUse - cache.ObjectSize : 0;
            CheckBytes(problems, reader, found.Start + cache.ObjectSize, behind, red, "the red zone behind the object");
        }

        bool isPoisoned = isFree && cache.HasPoison && SlabFlags.IsPoisonWritten(cache.Flags) && cache.ObjectSize > 1;
        if (isPoisoned)
        {
            CheckBytes(problems, reader, found.Start, cache.ObjectSize - 1, PoisonFree, "the poison of the free object");
            CheckBytes(problems, reader, found.Start + (cache.ObjectSize - 1), 1, PoisonEnd, "the end of the poison of the free object");
        }

        return problems;
    }

    /// <summary>Who allocated and who freed the object last; empty when the cache does not record it.</summary>
    public static IReadOnlyList<SlabTrack> ReadTracks(LinuxKernel kernel, SlabObject found)
    {
        var tracks = new List<SlabTrack>();
        SlabCache cache = found.Cache;
        if (!cache.HasTracks || kernel.Types.FindSize("track") is not { } bytes || bytes <= 0)
        {
            return tracks;
        }

        // get_info_end(): behind the free pointer where that is outside of the object.
        ulong end = cache.FreePointerOffset >= cache.InUse ? cache.InUse + (ulong)kernel.Reader.WordSize : cache.InUse;
        foreach (bool isFree in new[] { false, true })
        {
            VirtAddr at = found.Start + end + (isFree ? (ulong)bytes : 0);
            KernelObjects objects = kernel.Objects;
            if (objects.FindPointer(at, "track", "addr") is { } caller)
            {
                tracks.Add(new SlabTrack(
                    isFree, caller, (int)(objects.FindInt(at, "track", "pid") ?? -1), (int)(objects.FindInt(at, "track", "cpu") ?? -1),
                    objects.FindUInt(at, "track", "when") ?? 0, ReadFrames(kernel, at)));
            }
        }

        return tracks;
    }

    // An array of addresses to 5.17, since then a handle of the stack depot.
    private static IReadOnlyList<VirtAddr> ReadFrames(LinuxKernel kernel, VirtAddr track)
    {
        if (kernel.Objects.FindUInt(track, "track", "handle") is { } handle)
        {
            return new StackDepot(kernel).Read((uint)(handle & uint.MaxValue));
        }

        var frames = new List<VirtAddr>();
        if (kernel.Types.FindMember("track", "addrs") is not { } array)
        {
            return frames;
        }

        int count = (int)Math.Min(array.Size / kernel.Reader.WordSize, MaxFrames);
        for (int i = 0; i < count && kernel.Reader.FindPointer(track + array.Offset + (ulong)(i * kernel.Reader.WordSize)) is { } frame; i++)
        {
            frames.Add(frame);
        }

        return frames;
    }

    private static void CheckBytes(List<string> problems, KernelReader reader, VirtAddr start, ulong length, byte expected, string what)
    {
        byte[] bytes = new byte[Math.Min(length, MaxChecked)];
        int got = reader.Read(start, bytes).BytesRead;
        int wrong = bytes.AsSpan(0, got).IndexOfAnyExcept(expected);
        if (wrong >= 0)
        {
            problems.Add(FormattableString.Invariant(
                $"{what} is overwritten at {start + (ulong)wrong}: the byte there is 0x{bytes[wrong]:x2} instead of 0x{expected:x2}"));
        }
    }
}
