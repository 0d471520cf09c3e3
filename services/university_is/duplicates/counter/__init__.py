"""The chancellery's counter, which turns an incomplete package away."""
