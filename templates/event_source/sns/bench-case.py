        case {"results": [{"status": "rejected", "reason": reason}]}:
            sys.exit(f"bench: the function rejects {SAMPLE_EVENT.name}: {reason}")
