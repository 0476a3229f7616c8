// OwnerText: who allocated and freed an object, in words.
using VaQuest.Binary;
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Text;
using VaQuest.Kernel.Memory.Checkers;

namespace VaQuest.Diagnosis.Explain.Fault;

/// <summary>Names the first function of a recorded stack that is not an allocator's, and its caller, with their lines where debug information is here.</summary>
internal static class OwnerText
{
    /// <summary>Frames of a recorded stack that are looked at.</summary>
    private const int MaxFrames = 32;

    /// <summary>Functions of allocators and checkers, which own no object.</summary>
    private static readonly string[] s_allocators =
    [
        "kasan_", "__kasan_", "____kasan_", "save_stack", "stack_trace_save", "kmem_cache_", "__kmem_cache_", "kmalloc", "__kmalloc", "kfree", "__kfree", "slab_", "__slab_", "___slab_", "set_track",
        "kfence_", "__kfence_", "kvmalloc", "__kvmalloc", "kvfree", "krealloc", "kstrdup", "kmemdup", "memdup_user", "free_debug", "free_to_partial", "kzalloc", "kcalloc", "dump_stack", "print_",
        "alloc_debug", "arch_stack_walk", "kmem_alloc", "__do_kmalloc", "do_slab_free",
    ];

    /// <summary>True for a function of an allocator or checker.</summary>
    public static bool IsAllocator(string text) => Array.Exists(s_allocators, prefix => text.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>"allocated by f() (file.c:1), called by g() (file.c:2), task 7"; null when no frame of the record has a name.</summary>
    public static string? Describe(FaultScene scene, OwnerTrack track)
    {
        var names = new List<string>();
        foreach (VirtAddr frame in track.Frames.Take(MaxFrames))
        {
            if (Name(scene, frame) is { } name && (names.Count > 0 || !IsAllocator(name.Function)))
            {
                names.Add(name.Source.Length > 0 ? $"{name.Function}() ({name.Source})" : $"{name.Function}()");
            }

            if (names.Count == 2)
            {
                break;
            }
        }

        string task = track.Pid > 0 ? FormattableString.Invariant($", task {track.Pid}") : "";
        return names.Count == 0 ? null : $"{(track.IsFree ? "freed" : "allocated")} by {string.Join(", called by ", names)}{task}";
    }

    // A return address is behind its call.
    private static (string Function, string Source)? Name(FaultScene scene, VirtAddr frame)
    {
        if (scene.Kernel.Symbols.FindAt(frame - 1) is not { } hit)
        {
            return null;
        }

        string function = DumpText.Escape(FunctionNames.Normalise(hit.Symbol.Name));
        SourceFrames? found = scene.Kernel.Stacks.FindSourceAddress(frame - 1) is { } place ? scene.Opened.DebugFiles.FindLookup(place.Module)?.FindFrames(place.Address, place.Section) : null;
        SourceLocation? line = found?.Frames.Select(one => one.Location).LastOrDefault(location => location is { Line: > 0 });
        return (function, FrameText.SourceOf(line));
    }
}
